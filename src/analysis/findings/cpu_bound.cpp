// The CPUs of hosts were the limit: nearly all were busy, and hardly any waited for I/O.
#include "analysis/findings/host_rule.hpp"
#include "analysis/findings/rules.hpp"

#include <fmt/format.h>

namespace tscollect::analysis {

namespace {

constexpr double least_busy = 90;    // percent of all CPUs
constexpr double most_waiting = 10;  // percent
constexpr double least_share = 0.5;  // of the time of the part

constexpr RuleDescription about = {
    .name = "cpu-bound",
    .title = "CPU-bound client",
    .kind = FindingKind::limit,
    .rule =
        "all CPUs of a host together are busy for 90 % or more and wait for I/O for 10 % or "
        "less, for at least half of a phase",
    .needs = "the source cpu",
    .cannot_know =
        "Whose tasks they were. A single busy thread is not seen: one CPU of 64 is "
        "1.6 %",
};

class CpuBound final : public HostRule {
 public:
  [[nodiscard]] const RuleDescription& description() const override { return about; }

  void take(const HostView& host, const RuleContext& context) override {
    const SlotSeries* busy = host.series.find("cpu.busy");
    if (busy == nullptr) return;
    set_judged();
    const SlotSeries* waiting = host.series.find("cpu.iowait");
    for (std::size_t part = 0; part < context.parts.size(); ++part) {
      const Held held = held_in(
          *context.slots, context.parts[part].slots, [&](std::size_t slot) -> std::optional<bool> {
            if (std::isnan(busy->mean(slot))) return std::nullopt;
            const bool waits = waiting != nullptr && waiting->mean(slot) > most_waiting;
            return busy->mean(slot) >= least_busy && !waits;
          });
      watch(held.share, host.summary.name, {}, context.parts[part]);
      if (held.share < least_share || !held.is_long_enough(*context.slots)) continue;
      const double mean = mean_over(*busy, held.slots);
      Hit hit{host.summary.name,
              {},
              held.share * mean,
              fmt::format("had busy CPUs for {}", share_text(held.share)),
              fmt::format("{} of all CPU time", with_unit(mean, "%")),
              held.when,
              {{"busy", with_unit(mean, "%"), "at least 90 %"}}};
      if (waiting != nullptr)
        hit.evidence.push_back(
            {"waiting for I/O", with_unit(mean_over(*waiting, held.slots), "%"), "at most 10 %"});
      if (const SlotSeries* runnable = host.series.find("cpu.runnable"))
        hit.evidence.push_back(
            {"runnable tasks", with_unit(mean_over(*runnable, held.slots), "tasks"), {}});
      add(part, std::move(hit));
    }
  }
};

}  // namespace

std::unique_ptr<Rule> cpu_bound_rule() { return std::make_unique<CpuBound>(); }

}  // namespace tscollect::analysis
