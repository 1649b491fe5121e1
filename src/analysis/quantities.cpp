// The table of all quantities; src/analysis/quantities has a file for each subject.
#include "analysis/quantities/subjects.hpp"

#include <algorithm>
#include <vector>

namespace tscollect::analysis {

std::span<const Quantity> quantities() {
  static const std::vector<Quantity> all = [] {
    std::vector<Quantity> joined;
    for (const auto subject :
         {disk_quantities(), network_quantities(), cpu_quantities(), memory_quantities(),
          pressure_quantities(), rdma_quantities(), nfs_quantities(), lustre_quantities(),
          tcp_quantities(), cgroup_quantities(), numa_quantities(), power_quantities(),
          gpu_quantities()})
      joined.insert(joined.end(), subject.begin(), subject.end());
    return joined;
  }();
  return all;
}

const Quantity* find_quantity(std::string_view name) {
  const auto found = std::ranges::find(quantities(), name, &Quantity::name);
  return found == quantities().end() ? nullptr : &*found;
}

}  // namespace tscollect::analysis
