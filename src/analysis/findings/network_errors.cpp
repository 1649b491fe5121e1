// Packets that were lost, damaged or retransmitted.
#include "analysis/findings/host_rule.hpp"
#include "analysis/findings/rules.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace tscollect::analysis {

namespace {

constexpr double fewest_errors = 10;      // in the run
constexpr double fewest_drops = 100;      // in the run
constexpr double least_dropped = 0.001;   // of the packets
constexpr double least_sent_again = 1;    // percent of the segments
constexpr double fewest_segments = 1000;  // in the run

constexpr RuleDescription about = {
    .name = "network-errors",
    .title = "Network errors",
    .kind = FindingKind::trouble,
    .rule =
        "in the run a host's interfaces count 10 errors or more; or drop 100 packets or more "
        "that are a thousandth or more of all; or 1 % or more of 1,000 or more TCP segments are "
        "sent again",
    .needs = "the source netdev, rdma or tcp",
    .cannot_know =
        "Where the packets were lost. Drops have harmless causes, too, such as protocols "
        "that nobody listens to",
};

struct Kind {
  std::string_view quantity;
  std::string_view what;
  std::string_view of;  ///< packets that include it; empty: an error
};
constexpr auto kinds =
    std::to_array<Kind>({{"net.rx.errors", "errors in receiving", {}},
                         {"net.tx.errors", "errors in sending", {}},
                         {"rdma.rx.errors", "RDMA errors in receiving", {}},
                         {"rdma.tx.discards", "RDMA packets not sent", {}},
                         {"net.rx.drops", "received packets dropped", "net.rx.packets"},
                         {"net.tx.drops", "packets dropped in sending", "net.tx.packets"}});

class NetworkErrors final : public HostRule {
 public:
  [[nodiscard]] const RuleDescription& description() const override { return about; }

  void take(const HostView& host, const RuleContext& context) override {
    for (const Kind& kind : kinds) {
      const SlotSeries* errors = host.series.find(kind.quantity);
      if (errors == nullptr) continue;
      set_judged();
      const SlotSeries* all = kind.of.empty() ? nullptr : host.series.find(kind.of);
      look(host, kind, *errors, all, context);
    }
    look_at_segments(host, context);
  }

 private:
  /// Number of events, and when they occurred.
  struct Count {
    double sum = 0;
    Period when;
  };
  static Count count_of(const SlotSeries& series, const Slots& slots) {
    Count count;
    bool is_first = true;
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
      if (!(series.mean(slot) > 0)) continue;
      count.sum += series.mean(slot) * (slots.end(slot) - slots.begin(slot));
      if (is_first) count.when.begin = slots.begin(slot);
      is_first = false;
      count.when.end = slots.end(slot);
    }
    // Counted, but at an unknown time.
    count.sum += series.in_gaps();
    if (is_first && slots.size() > 0) count.when = {slots.begin(0), slots.end(slots.size() - 1)};
    return count;
  }

  void look(const HostView& host, const Kind& kind, const SlotSeries& errors, const SlotSeries* all,
            const RuleContext& context) {
    const Count count = count_of(errors, *context.slots);
    const double packets = all == nullptr ? 0 : count_of(*all, *context.slots).sum;
    const bool is_error = kind.of.empty();
    const bool is_enough =
        is_error ? count.sum >= fewest_errors
                 : count.sum >= fewest_drops && packets > 0 && count.sum >= least_dropped * packets;
    if (!is_enough) return;
    std::string numbers = fmt::format("{:.0f} {}", count.sum, kind.what);
    if (!is_error) numbers += fmt::format(", {:.2g} % of them", 100 * count.sum / packets);
    add(0, {host.summary.name,
            {},
            count.sum,
            "lost or damaged packets in",
            numbers,
            count.when,
            {{std::string(kind.what), fmt::format("{:.0f}", count.sum),
              is_error ? "at least 10" : "at least 100, and a thousandth of all"}}});
  }

  void look_at_segments(const HostView& host, const RuleContext& context) {
    const SlotSeries* share = host.series.find("tcp.retransmission_share");
    const SlotSeries* segments = host.series.find("tcp.segments_sent");
    if (share == nullptr || segments == nullptr) return;
    set_judged();
    const double mean = share->mean({0, context.slots->size()}).value_or(0);
    const double sent = count_of(*segments, *context.slots).sum;
    if (mean < least_sent_again || sent < fewest_segments) return;
    add(0, {host.summary.name,
            {},
            mean,
            "sent TCP segments again in",
            fmt::format("{} of {:.0f}", with_unit(mean, "%"), sent),
            context.parts.front().period,
            {{"segments sent again", with_unit(mean, "%"), "at least 1 %"}}});
  }
};

}  // namespace

std::unique_ptr<Rule> network_errors_rule() { return std::make_unique<NetworkErrors>(); }

}  // namespace tscollect::analysis
