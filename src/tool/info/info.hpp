#pragma once

#include "analysis/host_digest.hpp"
#include "block/run_info.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tscollect::app {

/// A host of the run; without a digest if nothing of it is in the file or it cannot be read.
struct HostReport {
  record::HostOutcome outcome;
  std::optional<HostDigest> digest;
  std::string unreadable;  ///< why it cannot be read
};

/// What `tscollect info` says.
struct RunReport {
  std::string file;
  record::RunInfo run;
  std::vector<std::string> hosts_partial;
  std::vector<std::string> hosts_missing;
  std::vector<HostReport> hosts;  ///< those to be shown, in that order
  std::optional<TimeSpan> span;   ///< over all hosts; nothing if there are no samples
  std::size_t hosts_left_out = 0;
  std::int64_t missed_ticks = 0;  ///< of all hosts, as the host table has them
  std::int64_t errors = 0;
};

/// For people: aligned, at most 100 columns as far as names allow.
[[nodiscard]] std::string report_text(const RunReport& report);
/// The part of it about what went wrong: gaps, errors, counters that fell, what filters left out.
[[nodiscard]] std::string events_text(const RunReport& report);
/// "node1, node2, node3 and 5 more"
[[nodiscard]] std::string name_list(const std::vector<std::string>& names);
/// The part of it about what one host did.
[[nodiscard]] std::string activity_text(const HostReport& host);

/// For people: a line about each run, from its head alone.
[[nodiscard]] std::string runs_text(const std::vector<RunReport>& reports);

/// For programs: everything, in the units of the file. `indent` as nlohmann::json::dump.
[[nodiscard]] std::string report_json(const RunReport& report, int indent);

/// Columns of a terminal that the text is made for.
inline constexpr std::size_t line_width = 100;

}  // namespace tscollect::app
