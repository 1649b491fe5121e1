#pragma once

#include "block/host_block.hpp"

#include <tscollect/run_file.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::block {

using tscollect::Completeness;
using tscollect::HostState;
using tscollect::to_string;

/// A row of the file's host table.
struct HostOutcome {
  HostSummary summary;  ///< of a missing host only the name
  HostState state = HostState::complete;
  std::string why;  ///< empty if complete
};

/// The command that tscollect-run ran while collecting.
struct RunCommand {
  std::string line;                         ///< empty: not to be stored
  std::string host;                         ///< where tscollect-run ran
  std::string begin;                        ///< UTC, by that host's clock
  std::string end;                          ///< empty: it was still running at the stop
  std::optional<std::int64_t> exit_status;  ///< 128 + n after signal n
};

/// A part of the run that somebody has marked. Times are UTC by rank 0's clock.
struct RunPhase {
  std::string name;
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  std::string host;        ///< where it was begun; empty: not known
  std::int64_t level = 0;  ///< within so many others

  bool operator==(const RunPhase&) const = default;
};

/// The run as a whole: root attributes of the file and beginning of the sidecar.
struct RunInfo {
  std::string title;  ///< "Host metrics of 4 hosts, every 0.1 s"
  double collection_interval_seconds = 10.0;
  std::string start_time;  ///< UTC, "YYYY-MM-DDTHH:MM:SS.fffZ"
  std::string end_time;
  std::int64_t num_samples = 0;  ///< sum over all hosts
  std::string collection_method = "mpi";
  std::vector<std::string> hosts_requested;
  std::vector<std::string> hosts_collected;
  Completeness completeness = Completeness::complete;
  std::string stop_reason;                     ///< "duration", "SIGUSR1", …
  std::map<std::string, std::string> labels;   ///< --label KEY=VALUE
  std::map<std::string, std::string> job_ids;  ///< "SLURM_JOB_ID" → "4711", from the environment
  std::optional<RunCommand> command;
  std::vector<RunPhase> phases;  ///< in the order in which they begin, outer ones first
  std::string history;           ///< "<UTC> tscollect-mpi 0.1.0: <command line>"
};

/// When a run was, on rank 0's clock. Wall clocks of several hosts are compared by their measured
/// offsets only, and how long the run lasted is a matter of ticks: a clock that was set meanwhile
/// changes nothing.
struct RunTimes {
  std::int64_t zero_ns = 0;           ///< UTC, when tick 0 was due
  std::int64_t first_elapsed_ns = 0;  ///< from then to the first sample of any host
  std::int64_t last_elapsed_ns = 0;   ///< and to the last one
};

/// Of the hosts that have samples; nothing if none has.
[[nodiscard]] std::optional<RunTimes> times_of(std::span<const HostOutcome> hosts);

/// Fills in what follows from the hosts: title, hosts requested and collected, first and last time,
/// number of samples, and whether every host is complete. The other members keep their defaults.
[[nodiscard]] RunInfo summarize(std::span<const HostOutcome> hosts, double interval_seconds);

}  // namespace tscollect::block
