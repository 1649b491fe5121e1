// Memory was moved to a swap device and back.
#include "analysis/findings/host_rule.hpp"
#include "analysis/findings/rules.hpp"

#include <fmt/format.h>

namespace tscollect::analysis {

namespace {

constexpr double least_pages = 100;   // a second, in and out together
constexpr double least_share = 0.05;  // of the part

constexpr RuleDescription about = {
    .name = "swapping",
    .title = "Swapping",
    .kind = FindingKind::limit,
    .rule = "100 pages or more a second are swapped in or out, for at least a twentieth of a phase",
    .needs = "the source vmstat",
    .cannot_know = "Whose pages they were, and whether the swap device is a disk or memory (zram)",
};

class Swapping final : public HostRule {
 public:
  [[nodiscard]] const RuleDescription& description() const override { return about; }

  void take(const HostView& host, const RuleContext& context) override {
    const SlotSeries* in = host.series.find("memory.swap_in");
    const SlotSeries* out = host.series.find("memory.swap_out");
    if (in == nullptr || out == nullptr) return;
    set_judged();
    for (std::size_t part = 0; part < context.parts.size(); ++part) {
      const Held held = held_in(*context.slots, context.parts[part].slots, [&](std::size_t slot) {
        return at_least(in->mean(slot) + out->mean(slot), least_pages);
      });
      watch(held.share, host.summary.name, {}, context.parts[part]);
      if (held.share < least_share || !held.is_long_enough(*context.slots)) continue;
      const double read = mean_over(*in, held.slots);
      const double written = mean_over(*out, held.slots);
      add(part, {host.summary.name,
                 {},
                 held.share * (read + written),
                 fmt::format("swapped for {}", share_text(held.share)),
                 fmt::format("{} in and {} out", with_unit(read, "pages/s"),
                             with_unit(written, "pages/s")),
                 held.when,
                 {{"pages swapped in and out", with_unit(read + written, "pages/s"),
                   "at least 100 a second"}}});
    }
  }
};

}  // namespace

std::unique_ptr<Rule> swapping_rule() { return std::make_unique<Swapping>(); }

}  // namespace tscollect::analysis
