// The charts of a page, in order.
#include "tool/report/report.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace tscollect::tool {

namespace {

using analysis::Quantity;

/// Charts of the most requested subjects.
std::vector<ChartPlan> known_plans() {
  return {
      {"Disk",
       "Disk throughput",
       {{"disk.read.throughput", "read"}, {"disk.write.throughput", "written"}}},
      {"Disk", "Disk requests", {{"disk.read.iops", "reads"}, {"disk.write.iops", "writes"}}},
      {"Disk",
       "Disk latency",
       {{"disk.read.latency", "of a read"}, {"disk.write.latency", "of a write"}}},
      {"Disk", "Disk queue depth", {{"disk.queue_depth", "requests"}}},
      {"Disk", "Disk busy", {{"disk.busy", "of the time"}}},
      {"Network file systems",
       "NFS throughput",
       {{"nfs.read.throughput", "read"},
        {"nfs.write.throughput", "written"},
        {"nfs.server_read.throughput", "sent by the servers"},
        {"nfs.server_write.throughput", "sent to the servers"}}},
      {"Network file systems",
       "NFS response time",
       {{"nfs.read.response_time", "of a read"}, {"nfs.write.response_time", "of a write"}}},
      {"Network file systems",
       "Lustre throughput",
       {{"lustre.read.throughput", "read"},
        {"lustre.write.throughput", "written"},
        {"lustre.server_read.throughput", "sent by the servers"},
        {"lustre.server_write.throughput", "sent to the servers"}}},
      {"Network file systems",
       "Lustre response time",
       {{"lustre.read.response_time", "of a read"}, {"lustre.write.response_time", "of a write"}}},
      {"Network file systems",
       "Lustre metadata",
       {{"lustre.metadata.iops", "operations"}, {"lustre.metadata.requests", "requests"}}},
      {"Network",
       "Network throughput",
       {{"net.rx.throughput", "received"}, {"net.tx.throughput", "sent"}}},
      {"Network",
       "RDMA throughput",
       {{"rdma.rx.throughput", "received"}, {"rdma.tx.throughput", "sent"}}},
      {"Network",
       "Share of the links' speed",
       {{"net.rx.link_share", "received"},
        {"net.tx.link_share", "sent"},
        {"rdma.rx.link_share", "received by RDMA"},
        {"rdma.tx.link_share", "sent by RDMA"}}},
      {"Network",
       "Packets dropped",
       {{"net.rx.drops", "in receiving"}, {"net.tx.drops", "in sending"}}},
      {"CPU", "CPU time", {{"cpu.busy", "busy"}, {"cpu.iowait", "waiting for I/O"}}},
      {"CPU", "Runnable tasks", {{"cpu.runnable", "runnable"}}},
      {"Memory", "Memory available", {{"memory.available", "available"}}},
      {"Memory",
       "Memory to be written",
       {{"memory.dirty", "dirty"}, {"memory.writeback", "in writeback"}}},
      {"Memory", "Swapping", {{"memory.swap_in", "in"}, {"memory.swap_out", "out"}}},
      {"Pressure",
       "Some task waits",
       {{"pressure.io.some", "for I/O"},
        {"pressure.memory.some", "for memory"},
        {"pressure.cpu.some", "for a CPU"}}},
      {"GPU", "GPU utilisation", {{"gpu.utilisation", "busy"}}},
      {"GPU", "GPU memory", {{"gpu.memory_used", "used"}}},
      {"Power",
       "Power",
       {{"power.node", "nodes"}, {"power.zones", "processors and memory"}, {"gpu.power", "GPUs"}}},
  };
}

}  // namespace

const std::vector<ChartPlan>& chart_plans() {
  static const std::vector<ChartPlan> all = [] {
    std::vector<ChartPlan> plans = known_plans();
    for (ChartPlan& plan : plans)
      std::erase_if(plan.curves, [](const ChartPlan::Curve& curve) {
        return analysis::find_quantity(curve.quantity) == nullptr;
      });
    std::erase_if(plans, [](const ChartPlan& plan) { return plan.curves.empty(); });
    // For further sources with throughput, a chart for each subject.
    std::map<std::string_view, ChartPlan> further;
    for (const Quantity& quantity : analysis::quantities()) {
      const bool is_planned = std::ranges::any_of(plans, [&](const ChartPlan& plan) {
        return std::ranges::any_of(plan.curves, [&](const ChartPlan::Curve& curve) {
          return curve.quantity == quantity.name;
        });
      });
      if (is_planned || !quantity.name.ends_with(".throughput")) continue;
      if (quantity.source == "diskstats") continue;
      ChartPlan& plan = further[quantity.source];
      plan.section = "Further sources";
      plan.title = quantity.source;
      plan.curves.push_back({quantity.name, quantity.name});
    }
    for (auto& [source, plan] : further) plans.push_back(std::move(plan));
    return plans;
  }();
  return all;
}

const std::vector<const Quantity*>& chart_quantities() {
  static const std::vector<const Quantity*> all = [] {
    std::vector<const Quantity*> quantities;
    for (const ChartPlan& plan : chart_plans())
      for (const ChartPlan::Curve& curve : plan.curves)
        quantities.push_back(analysis::find_quantity(curve.quantity));
    return quantities;
  }();
  return all;
}

std::string chart_title(const Quantity& quantity) {
  for (const ChartPlan& plan : chart_plans())
    for (const ChartPlan::Curve& curve : plan.curves)
      if (curve.quantity == quantity.name)
        return std::string(plan.title) +
               (plan.curves.size() == 1 ? "" : ": " + std::string(curve.name));
  return std::string(quantity.name);
}

}  // namespace tscollect::tool
