#pragma once

#include "analysis/findings/rule.hpp"
#include "analysis/reduce/run_slots.hpp"
#include "analysis/run_phases.hpp"
#include "store/run_file/run_file_reader.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tscollect::analysis {

/// Up to this many hosts each has its own lines; beyond that only outliers are shown by name.
inline constexpr std::size_t most_hosts_as_lines = 8;
inline constexpr std::size_t most_hosts_as_band = 64;

/// A rule, and whether the file had the required data.
struct JudgedRule {
  const RuleDescription* description = nullptr;
  bool was_judged = false;
  std::string nearest;  ///< see Rule::nearest()
};

/// A host that cannot be read.
struct Unreadable {
  std::string host;
  std::string why;
};

/// A run reduced to what fits on a page, whatever its length.
struct ReducedRun {
  /// `phases` must outlive this object.
  ReducedRun(const RunPhases& phases, std::size_t host_count,
             std::vector<const Quantity*> all_quantities);
  ReducedRun(const ReducedRun&) = delete;
  ReducedRun& operator=(const ReducedRun&) = delete;

  Slots fine;    ///< for the run as a whole
  Slots coarse;  ///< for hosts: wider than the fine ones if there are many hosts
  std::vector<const Quantity*> quantities;
  std::vector<SlotSeries> totals;  ///< by quantity; fine
  RunSlots hosts;
  std::vector<block::HostSummary> summaries;  ///< of hosts.hosts()
  std::vector<Finding> findings;
  std::vector<JudgedRule> rules;
  std::vector<Unreadable> unreadable;
  std::size_t devices_left_out = 0;  ///< beyond HostSlots::most_devices of a host: not judged
};

/// Reads the run once, or several times if it is long. `shown`: quantities to keep besides those of
/// the rules.
[[nodiscard]] std::unique_ptr<ReducedRun> reduce_run(
    const store::RunFileReader& run, const RunPhases& phases,
    const std::vector<const Quantity*>& shown,
    const std::function<void(std::size_t hosts)>& progress);

}  // namespace tscollect::analysis
