// A link carried nearly what its speed allows.
#include "analysis/findings/host_rule.hpp"
#include "analysis/findings/rules.hpp"

#include <fmt/format.h>

#include <array>

namespace tscollect::analysis {

namespace {

constexpr double least_used = 90;    // percent of the link's speed
constexpr double least_share = 0.5;  // of the part

constexpr RuleDescription about = {
    .name = "saturated-link",
    .title = "Saturated link",
    .kind = FindingKind::limit,
    .rule =
        "an interface or RDMA port sends or receives at 90 % of its link's speed or more, for "
        "at least half of a phase",
    .needs = "an interface whose link speed is known",
    .cannot_know =
        "Whether the switches behind it had room: a fabric can be full while no link of "
        "a host is",
};

struct Direction {
  std::string_view quantity;
  std::string_view verb;
};
constexpr auto directions = std::to_array<Direction>({{"net.rx.link_share", "received"},
                                                      {"net.tx.link_share", "sent"},
                                                      {"rdma.rx.link_share", "received"},
                                                      {"rdma.tx.link_share", "sent"}});

class SaturatedLink final : public HostRule {
 public:
  [[nodiscard]] const RuleDescription& description() const override { return about; }

  void take(const HostView& host, const RuleContext& context) override {
    for (const Direction& direction : directions) {
      if (host.series.find(direction.quantity) != nullptr) set_judged();
      for (const DeviceSlots& port : host.series.devices())
        if (const SlotSeries* used = port.find(direction.quantity))
          for (std::size_t part = 0; part < context.parts.size(); ++part)
            look(host, port, *used, direction, part, context);
    }
  }

 private:
  void look(const HostView& host, const DeviceSlots& port, const SlotSeries& used,
            const Direction& direction, std::size_t part, const RuleContext& context) {
    const Held held = held_in(*context.slots, context.parts[part].slots, [&](std::size_t slot) {
      return at_least(used.mean(slot), least_used);
    });
    watch(held.share, host.summary.name, port.name, context.parts[part]);
    if (held.share < least_share || !held.is_long_enough(*context.slots)) return;
    const double mean = mean_over(used, held.slots);
    add(part, {host.summary.name,
               port.name,
               held.share * mean,
               fmt::format("{} at nearly the speed of its link for {}", direction.verb,
                           share_text(held.share)),
               fmt::format("{} of it", with_unit(mean, "%")),
               held.when,
               {{fmt::format("{}, share of the link's speed", direction.verb), with_unit(mean, "%"),
                 "at least 90 %"}}});
  }
};

}  // namespace

std::unique_ptr<Rule> saturated_link_rule() { return std::make_unique<SaturatedLink>(); }

}  // namespace tscollect::analysis
