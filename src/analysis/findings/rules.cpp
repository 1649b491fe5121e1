#include "analysis/findings/rules.hpp"

#include <algorithm>
#include <array>

namespace tscollect::analysis {

namespace {

constexpr auto host_quantities = std::to_array<std::string_view>({"cpu.busy",
                                                                  "cpu.iowait",
                                                                  "cpu.runnable",
                                                                  "disk.read.throughput",
                                                                  "disk.write.throughput",
                                                                  "disk.busy",
                                                                  "disk.queue_depth",
                                                                  "disk.read.latency",
                                                                  "disk.write.latency",
                                                                  "disk.read.iops",
                                                                  "disk.write.iops",
                                                                  "net.rx.throughput",
                                                                  "net.tx.throughput",
                                                                  "net.rx.link_share",
                                                                  "net.tx.link_share",
                                                                  "net.rx.errors",
                                                                  "net.tx.errors",
                                                                  "net.rx.drops",
                                                                  "net.tx.drops",
                                                                  "net.rx.packets",
                                                                  "net.tx.packets",
                                                                  "rdma.rx.throughput",
                                                                  "rdma.tx.throughput",
                                                                  "rdma.rx.link_share",
                                                                  "rdma.tx.link_share",
                                                                  "rdma.rx.errors",
                                                                  "rdma.tx.discards",
                                                                  "nfs.read.throughput",
                                                                  "nfs.write.throughput",
                                                                  "nfs.server_read.throughput",
                                                                  "lustre.read.throughput",
                                                                  "lustre.write.throughput",
                                                                  "lustre.server_read.throughput",
                                                                  "tcp.retransmission_share",
                                                                  "tcp.segments_sent",
                                                                  "cgroup.throttled",
                                                                  "memory.available",
                                                                  "memory.swap_in",
                                                                  "memory.swap_out",
                                                                  "memory.major_faults",
                                                                  "pressure.cpu.some",
                                                                  "pressure.memory.some",
                                                                  "pressure.io.some"});

constexpr auto device_quantities = std::to_array<std::string_view>(
    {"disk.busy", "disk.queue_depth", "disk.read.latency", "disk.write.latency",
     "disk.read.throughput", "disk.write.throughput", "disk.read.iops", "disk.write.iops",
     "net.rx.link_share", "net.tx.link_share", "rdma.rx.link_share", "rdma.tx.link_share"});

}  // namespace

std::vector<std::unique_ptr<Rule>> make_rules() {
  std::vector<std::unique_ptr<Rule>> rules;
  for (const auto make :
       {samples_missed_rule, cpu_bound_rule, saturated_disk_rule, saturated_link_rule,
        page_cache_rule, memory_pressure_rule, swapping_rule, throttled_cgroup_rule, straggler_rule,
        uneven_devices_rule, network_errors_rule, clocks_apart_rule})
    rules.push_back(make());
  return rules;
}

/// Quantities of this version only: a rule whose quantity does not exist is not applied.
const std::vector<const Quantity*>& rule_quantities() {
  static const std::vector<const Quantity*> all = [] {
    std::vector<const Quantity*> known;
    for (const std::string_view name : host_quantities)
      if (const Quantity* quantity = find_quantity(name)) known.push_back(quantity);
    return known;
  }();
  return all;
}

bool is_judged_by_device(const Quantity& quantity) {
  return std::ranges::find(device_quantities, quantity.name) != device_quantities.end();
}

}  // namespace tscollect::analysis
