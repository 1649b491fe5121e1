// Quantities of the job's control group (src/sources/cgroup.cpp).
#include "analysis/quantities/entry.hpp"
#include "analysis/quantities/subjects.hpp"

#include <array>

namespace tscollect::analysis {

namespace {

constexpr double cores_of_us = 1e-6;
constexpr std::string_view with_limit = "Only where the control group has a CPU limit";

constexpr auto table = std::to_array<Quantity>({
    rate_of("cgroup.cpu", "cores", "cgroup", cores_of_us, "cpu.usage_usec",
            "All tasks of the job on this host"),
    ratio_of("cgroup.throttled", "%", "cgroup", percent, "cpu.nr_throttled", "cpu.nr_periods",
             with_limit),
    mean_rate_of("cgroup.throttled_time", "%", "cgroup", percent* cores_of_us, "cpu.throttled_usec",
                 with_limit),
});

}  // namespace

std::span<const Quantity> cgroup_quantities() { return table; }

}  // namespace tscollect::analysis
