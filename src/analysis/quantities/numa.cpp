// Quantities of NUMA nodes (src/sources/numa.cpp).
#include "analysis/quantities/entry.hpp"
#include "analysis/quantities/subjects.hpp"

#include <array>

namespace tscollect::analysis {

namespace {

constexpr double kib = 1024;  // bytes
constexpr std::string_view allocations =
    "Where pages were allocated, not how often they are used from another node";

constexpr auto table = std::to_array<Quantity>({
    level_of("numa.free", "bytes", "numa", kib, "MemFree",
             "Memory that is not used at all; the page cache is not included"),
    rate_of("numa.misses", "pages/s", "numa", 1, "numa_miss", allocations),
    ratio_of("numa.miss_share", "%", "numa", percent, "numa_miss", "numa_hit numa_miss",
             allocations),
    rate_of("numa.remote", "pages/s", "numa", 1, "other_node",
            "Pages for tasks that ran on another node at that time"),
});

}  // namespace

std::span<const Quantity> numa_quantities() { return table; }

}  // namespace tscollect::analysis
