// A disk was at its limit: it was always busy, requests queued, each took long, and tasks waited.
// All conditions are needed: a disk that serves requests in parallel is busy long before it reaches
// its limit.
#include "analysis/findings/host_rule.hpp"
#include "analysis/findings/rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tscollect::analysis {

namespace {

constexpr double least_busy = 90;      // percent of the time
constexpr double least_queue = 4;      // requests
constexpr double least_latency = 1;    // ms
constexpr double least_pressure = 10;  // percent of the time
constexpr double least_share = 0.5;    // of the part

constexpr RuleDescription about = {
    .name = "saturated-disk",
    .title = "Saturated disk",
    .kind = FindingKind::limit,
    .rule =
        "a disk is busy for 90 % of the time or more, with a queue of 4 requests or more that "
        "take 1 ms or more each, while, where the file has pressure, tasks of the host wait "
        "for I/O for 10 % of the time or more: all at once, for at least half of a phase",
    .needs = "the source diskstats",
    .cannot_know =
        "Whether it could have taken more of other requests: larger ones, or in another "
        "order. Busy time is inexact since Linux 5.0",
};

/// Latency of reads and writes together; NaN if there were none.
double latency_at(const DeviceSlots& disk, std::size_t slot) {
  double time = 0;
  double requests = 0;
  for (const auto& [latency, rate] : {std::pair("disk.read.latency", "disk.read.iops"),
                                      std::pair("disk.write.latency", "disk.write.iops")}) {
    const SlotSeries* each = disk.find(latency);
    const SlotSeries* count = disk.find(rate);
    if (each == nullptr || count == nullptr) continue;
    if (std::isnan(each->mean(slot)) || std::isnan(count->mean(slot))) continue;
    time += each->mean(slot) * count->mean(slot);
    requests += count->mean(slot);
  }
  return requests > 0 ? time / requests : absent;
}

class SaturatedDisk final : public HostRule {
 public:
  [[nodiscard]] const RuleDescription& description() const override { return about; }

  void take(const HostView& host, const RuleContext& context) override {
    if (host.series.find("disk.busy") != nullptr) set_judged();
    const SlotSeries* pressure = host.series.find("pressure.io.some");
    for (const DeviceSlots& disk : host.series.devices())
      for (std::size_t part = 0; part < context.parts.size(); ++part)
        look(host, disk, pressure, part, context);
  }

 private:
  void look(const HostView& host, const DeviceSlots& disk, const SlotSeries* pressure,
            std::size_t part, const RuleContext& context) {
    const SlotSeries* busy = disk.find("disk.busy");
    const SlotSeries* queue = disk.find("disk.queue_depth");
    if (busy == nullptr || queue == nullptr) return;
    const auto is_saturated = [&](std::size_t slot) -> std::optional<bool> {
      if (std::isnan(busy->mean(slot)) || std::isnan(queue->mean(slot))) return std::nullopt;
      const bool waits = pressure == nullptr || pressure->mean(slot) >= least_pressure;
      return busy->mean(slot) >= least_busy && queue->mean(slot) >= least_queue &&
             latency_at(disk, slot) >= least_latency && waits;
    };
    const Held held = held_in(*context.slots, context.parts[part].slots, is_saturated);
    watch(held.share, host.summary.name, disk.name, context.parts[part]);
    if (held.share < least_share || !held.is_long_enough(*context.slots)) return;
    double latency = 0;
    for (const std::size_t slot : held.slots)
      latency += latency_at(disk, slot) / static_cast<double>(held.slots.size());
    const double depth = mean_over(*queue, held.slots);
    Hit hit{host.summary.name,
            disk.name,
            held.share * depth,
            fmt::format("had all that it could do for {}", share_text(held.share)),
            fmt::format("{} waited or were under way, and each took {}",
                        with_unit(depth, "requests"), with_unit(latency, "ms")),
            held.when,
            {{"busy", with_unit(mean_over(*busy, held.slots), "%"), "at least 90 %"},
             {"queue depth", with_unit(depth, "requests"), "at least 4"},
             {"latency of a request", with_unit(latency, "ms"), "at least 1 ms"}}};
    if (pressure != nullptr)
      hit.evidence.push_back({"some task waited for I/O",
                              with_unit(mean_over(*pressure, held.slots), "%"), "at least 10 %"});
    for (const auto& [name, word] :
         {std::pair("disk.read.throughput", "read"), std::pair("disk.write.throughput", "written")})
      if (const SlotSeries* moved = disk.find(name))
        hit.evidence.push_back({word, with_unit(mean_over(*moved, held.slots), "bytes/s"), {}});
    add(part, std::move(hit));
  }
};

}  // namespace

std::unique_ptr<Rule> saturated_disk_rule() { return std::make_unique<SaturatedDisk>(); }

}  // namespace tscollect::analysis
