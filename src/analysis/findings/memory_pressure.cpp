// Memory was short: tasks waited for it, or almost none was available.
#include "analysis/findings/host_rule.hpp"
#include "analysis/findings/rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tscollect::analysis {

namespace {

constexpr double least_waiting = 10;      // percent of the time
constexpr double least_share = 0.1;       // of the part
constexpr double least_available = 0.05;  // of the memory of the host

constexpr RuleDescription about = {
    .name = "memory-pressure",
    .title = "Memory pressure",
    .kind = FindingKind::limit,
    .rule =
        "tasks wait for memory for 10 % of the time or more, for at least a tenth of a phase; "
        "or less than 5 % of the memory is available in some sample",
    .needs = "the source pressure, or meminfo and the host's memory",
    .cannot_know =
        "Whose memory it was. The limit of a job's cgroup may be reached while the host "
        "has plenty",
};

class MemoryPressure final : public HostRule {
 public:
  [[nodiscard]] const RuleDescription& description() const override { return about; }

  void take(const HostView& host, const RuleContext& context) override {
    const SlotSeries* waiting = host.series.find("pressure.memory.some");
    const SlotSeries* available = host.series.find("memory.available");
    constexpr double kib = 1024;
    const double memory = kib * static_cast<double>(host.summary.facts.memory_kib);
    if (waiting != nullptr || (available != nullptr && memory > 0)) set_judged();
    for (std::size_t part = 0; part < context.parts.size(); ++part) {
      if (waiting != nullptr && waits(host, *waiting, part, context)) continue;
      if (available != nullptr && memory > 0) runs_out(host, *available, memory, part, context);
    }
  }

 private:
  bool waits(const HostView& host, const SlotSeries& waiting, std::size_t part,
             const RuleContext& context) {
    const Held held = held_in(*context.slots, context.parts[part].slots, [&](std::size_t slot) {
      return at_least(waiting.mean(slot), least_waiting);
    });
    watch(held.share, host.summary.name, {}, context.parts[part]);
    if (held.share < least_share || !held.is_long_enough(*context.slots)) return false;
    const double mean = mean_over(waiting, held.slots);
    add(part, {host.summary.name,
               {},
               held.share * mean,
               fmt::format("was short of memory for {}", share_text(held.share)),
               fmt::format("tasks waited for it for {} of that time", with_unit(mean, "%")),
               held.when,
               {{"some task waited for memory", with_unit(mean, "%"), "at least 10 %"}}});
    return true;
  }

  void runs_out(const HostView& host, const SlotSeries& available, double memory, std::size_t part,
                const RuleContext& context) {
    const Slots::Range& range = context.parts[part].slots;
    std::optional<std::size_t> lowest;
    for (std::size_t slot = range.first; slot < range.last; ++slot)
      if (!std::isnan(available.lowest(slot)) &&
          (!lowest || available.lowest(slot) < available.lowest(*lowest)))
        lowest = slot;
    if (!lowest || available.lowest(*lowest) >= least_available * memory) return;
    const double left = available.lowest(*lowest);
    const std::string share = with_unit(100 * left / memory, "%");
    add(part, {host.summary.name,
               {},
               1 - left / memory,
               "had next to no memory left in",
               fmt::format("{} of {} were available at {}", with_unit(left, "bytes"),
                           with_unit(memory, "bytes"),
                           clock_text(context.clock, context.slots->end(*lowest))),
               {context.slots->begin(*lowest), context.slots->end(*lowest)},
               {{"available memory", fmt::format("{}, {}", with_unit(left, "bytes"), share),
                 "less than 5 %"}}});
  }
};

}  // namespace

std::unique_ptr<Rule> memory_pressure_rule() { return std::make_unique<MemoryPressure>(); }

}  // namespace tscollect::analysis
