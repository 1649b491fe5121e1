#pragma once

#include "analysis/quantity.hpp"
#include "analysis/run_phases.hpp"
#include "analysis/tally.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::analysis {

/// A quantity's tally over a part of the run.
struct Measure {
  const Quantity* quantity = nullptr;
  Tally tally;
};

/// nullptr if it is not in `measures` or no value of it is known.
[[nodiscard]] const Tally* find_measure(const std::vector<Measure>& measures,
                                        std::string_view name);

/// The host with the lowest throughput, in the direction with most traffic.
struct SlowestHost {
  std::string name;
  const Quantity* quantity = nullptr;
  double value = 0;
  double median = 0;  ///< over all hosts
};

/// Host and time of the lowest value of a quantity.
struct LowestValue {
  std::string host;
  double value = 0;
  double at = 0;  ///< seconds since tick 0
};

/// When a host was not sampled (see SampleGaps).
struct UnsampledHost {
  std::string name;
  std::vector<Period> periods;
  std::size_t left_out = 0;  ///< further periods

  /// How many seconds of the period.
  [[nodiscard]] double seconds_in(const Period& period) const;
};

/// Summary of the whole run in a phase.
struct PhaseSummary {
  Phase phase;
  Period period;
  std::vector<Measure> measures;  ///< for those of summary_quantities() that hosts have
  std::optional<SlowestHost> slowest;
  std::optional<LowestValue> lowest_memory;  ///< lowest over all hosts
};

struct DeviceSummary {
  std::string name;
  std::string_view role;
  bool counted = true;  ///< see DeviceRole
  std::vector<Measure> measures;
};

/// Summary of a host over the whole run.
struct HostActivity {
  std::string name;
  std::vector<Measure> measures;
  std::vector<DeviceSummary> devices;  ///< only those with activity
  std::size_t idle_devices = 0;        ///< number of counted ones without activity
};

struct RunSummary {
  RunClock clock;
  std::vector<PhaseSummary> phases;  ///< the first is the whole run
  std::size_t phases_left_out = 0;
  std::vector<HostActivity> hosts;       ///< in the file's order, if devices are kept
  std::vector<UnsampledHost> unsampled;  ///< hosts with gaps
  std::vector<std::string> unreadable;   ///< names of hosts that cannot be read
  std::size_t steps = 0;
};

/// The quantities of `tscollect info`.
[[nodiscard]] const std::vector<const Quantity*>& summary_quantities();

/// Largest number of phases that are summarized.
inline constexpr std::size_t most_phases_followed = 100;
/// Reads the run again. `keep_devices`: also keeps the activity of each host's devices.
[[nodiscard]] RunSummary summarize(const store::RunFileReader& run, const RunPhases& phases,
                                   bool keep_devices,
                                   const std::function<void(std::size_t hosts)>& progress);

/// Reads the activity of one host and its devices over the whole run. Throws UnreadableHost.
[[nodiscard]] HostActivity read_activity(const store::RunFileReader& run, const std::string& host);

}  // namespace tscollect::analysis
