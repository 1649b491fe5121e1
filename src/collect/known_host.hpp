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

/// A host of the job, as far as rank 0 knows it.
struct KnownHost {
  std::string name;                        ///< in the file; unique in the run
  std::string node_name;                   ///< the batch system's name for it; empty: not known
  std::string unreadable;                  ///< why it does not sample; empty if it can
  bool answered = false;                   ///< said hello
  bool sampling = false;                   ///< was told to start
  bool ready = false;                      ///< has its first sample
  std::optional<std::size_t> block_bytes;  ///< size of its packed block, once it has finished
  block::ClockOffset clocks_at_start;      ///< a host whose clocks are not known does not sample
  std::optional<std::chrono::nanoseconds> joined_after;  ///< the start, if it came late
  std::string failure;  ///< why it has no block for us, though it lives; empty: it has, or will
  std::string journal;  ///< its path on that host; empty: none, or not known yet
  std::string journal_error;                    ///< why it has none from the start
  std::string journal_loss;                     ///< at the stop: which samples it does not have
  std::vector<std::string> refused;             ///< of --realtime and --cpu, and why
  std::vector<std::string> abandoned_journals;  ///< of earlier runs, found on that host

  /// Whether it can be told to start, or to leave.
  [[nodiscard]] bool is_known() const {
    return answered && (!unreadable.empty() || clocks_at_start.is_measured());
  }
};

/// By rank.
using KnownHosts = std::map<int, KnownHost>;

/// Notes which hosts have their first sample, and where their journals are.
void take_ready(gather::Mailbox& mailbox, KnownHosts& hosts);

/// Says once what --realtime and --cpu could not do, and where.
void log_refusals(const KnownHosts& hosts);

}  // namespace tscollect::collect
