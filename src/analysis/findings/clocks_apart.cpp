// Clocks of hosts that differ, or that were set during the run.
#include "analysis/findings/host_rule.hpp"
#include "analysis/findings/rules.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

namespace tscollect::analysis {

namespace {

constexpr double least_apart = 0.1;  // seconds
constexpr double least_moved = 0.1;  // seconds, from the start to the stop

constexpr RuleDescription about = {
    .name = "clocks-apart",
    .title = "Clocks apart",
    .kind = FindingKind::trouble,
    .rule =
        "the clock of a host is 0.1 s or more from that of rank 0 at the start, or this changes "
        "by 0.1 s or more until the stop",
    .needs = "clocks that were compared",
    .cannot_know =
        "Which of the clocks is right. The times in this page are not affected: hosts "
        "are joined on ticks; logs of the benchmark are",
};

constexpr double seconds_of(std::int64_t ns) { return static_cast<double>(ns) / 1e9; }

class ClocksApart final : public HostRule {
 public:
  [[nodiscard]] const RuleDescription& description() const override { return about; }

  void take(const HostView& host, const RuleContext& context) override {
    const block::ClockOffset& start = host.summary.clock_at_start;
    const block::ClockOffset& stop = host.summary.clock_at_stop;
    if (!start.is_measured()) return;
    set_judged();
    const double apart = seconds_of(start.offset_ns);
    const double moved = stop.is_measured() ? seconds_of(stop.offset_ns) - apart : 0;
    if (std::abs(apart) < least_apart && std::abs(moved) < least_moved) return;
    const bool was_set = std::abs(moved) >= least_moved;
    add(0,
        {host.summary.name,
         {},
         std::max(std::abs(apart), std::abs(moved)),
         was_set ? "had its clock set, or one that runs wrong, in" : "had another time in",
         was_set ? fmt::format("{:+.3f} s against the clock of rank 0 at the start, {:+.3f} s at "
                               "the stop",
                               apart, apart + moved)
                 : fmt::format("{:+.3f} s against the clock of rank 0", apart),
         context.parts.front().period,
         {{"offset at the start", fmt::format("{:+.3f} s", apart), "0.1 s"},
          {"change until the stop", fmt::format("{:+.3f} s", moved), "0.1 s"}}});
  }
};

}  // namespace

std::unique_ptr<Rule> clocks_apart_rule() { return std::make_unique<ClocksApart>(); }

}  // namespace tscollect::analysis
