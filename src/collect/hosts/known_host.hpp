#pragma once

#include "gather/clock_offset.hpp"
#include "gather/mailbox.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tscollect::collect {

/// Rank 0's knowledge of a host of the job.
struct KnownHost {
  std::string name;                        ///< in the file; unique in the run
  std::string node_name;                   ///< the batch system's name for it; empty: unknown
  std::string unreadable;                  ///< why it does not sample; empty if it can
  bool answered = false;                   ///< hello received
  bool sampling = false;                   ///< start sent
  bool ready = false;                      ///< first sample taken
  std::optional<std::size_t> block_bytes;  ///< size of its packed block, once finished
  block::ClockOffset clocks_at_start;      ///< a host with unknown clocks does not sample
  std::optional<std::chrono::nanoseconds>
      joined_after;                  ///< delay after the start, if it joined late
  std::string failure;               ///< why it sends no block although it runs; empty: none
  std::string journal;               ///< path on that host; empty: none, or not yet known
  std::string journal_error;         ///< why it had no journal from the start
  std::string journal_loss;          ///< samples that its journal lacks at the stop
  std::vector<std::string> refused;  ///< what --realtime and --cpu could not set, and why
  std::vector<std::string> abandoned_journals;  ///< from earlier runs, found on that host

  /// Whether it can be sent start or leave.
  [[nodiscard]] bool is_known() const {
    return answered && (!unreadable.empty() || clocks_at_start.is_measured());
  }
};

/// Hosts by rank.
using KnownHosts = std::map<int, KnownHost>;

/// Processes `ready` messages: which hosts have their first sample, and where their journals are.
void take_ready(gather::Mailbox& mailbox, KnownHosts& hosts);

/// Reports once what --realtime and --cpu could not set, and on which hosts.
void log_refusals(const KnownHosts& hosts);

}  // namespace tscollect::collect
