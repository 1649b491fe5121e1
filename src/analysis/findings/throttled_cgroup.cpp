// The CPU limit of the job's cgroup throttled it.
#include "analysis/findings/host_rule.hpp"
#include "analysis/findings/rules.hpp"

#include <fmt/format.h>

namespace tscollect::analysis {

namespace {

constexpr double least_throttled = 5;  // percent of the periods in which it ran
constexpr double least_share = 0.1;    // of the part

constexpr RuleDescription about = {
    .name = "throttled-cgroup",
    .title = "Throttled cgroup",
    .kind = FindingKind::limit,
    .rule =
        "the job's cgroup is throttled in 5 % or more of its periods, for at least a tenth of "
        "a phase",
    .needs = "the source cgroup, and a CPU limit of the job's cgroup",
    .cannot_know = "Which tasks of the job had to wait, and limits of cgroups above the job's",
};

class ThrottledCgroup final : public HostRule {
 public:
  [[nodiscard]] const RuleDescription& description() const override { return about; }

  void take(const HostView& host, const RuleContext& context) override {
    const SlotSeries* throttled = host.series.find("cgroup.throttled");
    if (throttled == nullptr) return;
    set_judged();
    for (std::size_t part = 0; part < context.parts.size(); ++part) {
      const Held held = held_in(*context.slots, context.parts[part].slots, [&](std::size_t slot) {
        return at_least(throttled->mean(slot), least_throttled);
      });
      watch(held.share, host.summary.name, {}, context.parts[part]);
      if (held.share < least_share || !held.is_long_enough(*context.slots)) continue;
      const double mean = mean_over(*throttled, held.slots);
      add(part,
          {host.summary.name,
           {},
           held.share * mean,
           fmt::format("was held back by the CPU limit of its job for {}", share_text(held.share)),
           fmt::format("in {} of its periods", with_unit(mean, "%")),
           held.when,
           {{"periods in which it was throttled", with_unit(mean, "%"), "at least 5 %"}}});
    }
  }
};

}  // namespace

std::unique_ptr<Rule> throttled_cgroup_rule() { return std::make_unique<ThrottledCgroup>(); }

}  // namespace tscollect::analysis
