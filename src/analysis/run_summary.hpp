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

/// What a quantity was over a part of the run.
struct Measure {
  const Quantity* quantity = nullptr;
  Tally tally;
};

/// nullptr if it is not among them or no value of it is known.
[[nodiscard]] const Tally* find_measure(const std::vector<Measure>& measures,
                                        std::string_view name);

/// The host with the lowest throughput, in the direction in which most was moved.
struct SlowestHost {
  std::string name;
  const Quantity* quantity = nullptr;
  double value = 0;
  double median = 0;  ///< of all hosts
};

/// Where and when a quantity was lowest.
struct LowestValue {
  std::string host;
  double value = 0;
  double at = 0;  ///< seconds since tick 0
};

/// What the run as a whole did in a phase.
struct PhaseSummary {
  Phase phase;
  Period period;
  std::vector<Measure> measures;  ///< of summary_quantities(), as far as hosts have them
  std::optional<SlowestHost> slowest;
  std::optional<LowestValue> lowest_memory;  ///< of any host
};

struct DeviceSummary {
  std::string name;
  std::string_view role;
  bool counted = true;  ///< see DeviceRole
  std::vector<Measure> measures;
};

/// What a host did over the whole run.
struct HostActivity {
  std::string name;
  std::vector<Measure> measures;
  std::vector<DeviceSummary> devices;  ///< those that did anything
  std::size_t idle_devices = 0;        ///< counted ones that did nothing
};

struct RunSummary {
  RunClock clock;
  std::vector<PhaseSummary> phases;  ///< the first one is the whole run
  std::size_t phases_left_out = 0;
  std::vector<HostActivity> hosts;      ///< in the file's order, if devices are kept
  std::vector<std::string> unreadable;  ///< hosts that cannot be read
  std::size_t steps = 0;
};

/// What `tscollect info` tells of.
[[nodiscard]] const std::vector<const Quantity*>& summary_quantities();

/// Reads the run once more. At most so many phases are followed.
inline constexpr std::size_t most_phases_followed = 100;
/// `keep_devices`: what each host's devices did is kept, too.
[[nodiscard]] RunSummary summarize(const store::RunFileReader& run, const RunPhases& phases,
                                   bool keep_devices,
                                   const std::function<void(std::size_t hosts)>& progress);

/// What one host and its devices did over the whole run. Throws UnreadableHost.
[[nodiscard]] HostActivity read_activity(const store::RunFileReader& run, const std::string& host);

}  // namespace tscollect::analysis
