#pragma once

#include "analysis/findings/rule.hpp"

#include <memory>

namespace tscollect::analysis {

// Each is defined in the file of its name; docs/reading.md lists them with their thresholds.
[[nodiscard]] std::unique_ptr<Rule> cpu_bound_rule();
[[nodiscard]] std::unique_ptr<Rule> saturated_disk_rule();
[[nodiscard]] std::unique_ptr<Rule> saturated_link_rule();
[[nodiscard]] std::unique_ptr<Rule> page_cache_rule();
[[nodiscard]] std::unique_ptr<Rule> memory_pressure_rule();
[[nodiscard]] std::unique_ptr<Rule> swapping_rule();
[[nodiscard]] std::unique_ptr<Rule> straggler_rule();
[[nodiscard]] std::unique_ptr<Rule> uneven_devices_rule();
[[nodiscard]] std::unique_ptr<Rule> network_errors_rule();
[[nodiscard]] std::unique_ptr<Rule> throttled_cgroup_rule();
[[nodiscard]] std::unique_ptr<Rule> clocks_apart_rule();
[[nodiscard]] std::unique_ptr<Rule> samples_missed_rule();

}  // namespace tscollect::analysis
