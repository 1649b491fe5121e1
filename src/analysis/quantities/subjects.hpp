#pragma once

#include "analysis/quantity.hpp"

#include <span>

namespace tscollect::analysis {

/// The quantities of each subject, in the order in which they are listed.
[[nodiscard]] std::span<const Quantity> disk_quantities();
[[nodiscard]] std::span<const Quantity> network_quantities();
[[nodiscard]] std::span<const Quantity> cpu_quantities();
[[nodiscard]] std::span<const Quantity> memory_quantities();
[[nodiscard]] std::span<const Quantity> pressure_quantities();
[[nodiscard]] std::span<const Quantity> rdma_quantities();
[[nodiscard]] std::span<const Quantity> nfs_quantities();
[[nodiscard]] std::span<const Quantity> lustre_quantities();
[[nodiscard]] std::span<const Quantity> tcp_quantities();
[[nodiscard]] std::span<const Quantity> cgroup_quantities();
[[nodiscard]] std::span<const Quantity> numa_quantities();
[[nodiscard]] std::span<const Quantity> power_quantities();
[[nodiscard]] std::span<const Quantity> gpu_quantities();

}  // namespace tscollect::analysis
