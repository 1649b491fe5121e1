// Data missing in the file: hosts, ends of hosts, samples.
#include "analysis/findings/host_rule.hpp"
#include "analysis/findings/rules.hpp"
#include "base/text/format.hpp"
#include "base/text/name_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace tscollect::analysis {

namespace {

constexpr double least_missed = 0.01;  // of the ticks
constexpr std::size_t most_names = 8;
constexpr std::size_t most_told = 3;

constexpr RuleDescription about = {
    .name = "samples-missed",
    .title = "Samples missed",
    .kind = FindingKind::trouble,
    .rule =
        "a host is not in the file, or only a part of it, or it missed 1 % or more of its ticks",
    .needs = "any source",
    .cannot_know = "What happened on a host while it was not sampled",
};

/// Losses of one host.
struct Loss {
  std::string host;
  std::string what;
  double share = 0;  ///< of its ticks
  std::string threshold;
  std::vector<Period> gaps;
};

/// ", from 12:03:10 to 12:04:25", with the longest of several gaps.
std::string when_text(const std::vector<Period>& gaps, const RunClock& clock) {
  if (gaps.empty()) return {};
  const Period& longest = *std::ranges::max_element(gaps, {}, &Period::seconds);
  return fmt::format(", {}from {} to {}",
                     gaps.size() > 1 ? fmt::format("in {} gaps, the longest ", gaps.size()) : "",
                     clock_text(clock, longest.begin), clock_text(clock, longest.end));
}

class SamplesMissed final : public Rule {
 public:
  [[nodiscard]] const RuleDescription& description() const override { return about; }
  [[nodiscard]] bool was_judged() const override { return true; }

  void take_missing(const block::HostOutcome& host) override {
    losses_.push_back(
        {host.summary.name,
         fmt::format("is not in the file{}{}", host.why.empty() ? "" : ": ", host.why),
         1,
         {},
         {}});
  }

  void take(const HostView& host, const RuleContext& context) override {
    const auto missed = static_cast<double>(host.summary.missed_ticks);
    const double ticks = missed + static_cast<double>(host.summary.samples);
    const double share = ticks > 0 ? missed / ticks : 0;
    const std::vector<Period>& gaps = host.series.gaps().periods();
    const std::string when = when_text(gaps, context.clock);
    if (share >= least_missed)
      losses_.push_back(
          {host.summary.name,
           fmt::format("missed {} of {:.0f} ticks{}", host.summary.missed_ticks, ticks, when),
           share, "at least 1 % of the ticks", gaps});
    else if (host.state == block::HostState::partial)
      losses_.push_back({host.summary.name, "is there in part only" + when, share, {}, gaps});
  }

  [[nodiscard]] std::vector<Finding> finish(const RunSlots& /*run*/,
                                            const RuleContext& /*context*/) override {
    if (losses_.empty()) return {};
    std::ranges::stable_sort(losses_, std::ranges::greater{}, &Loss::share);
    Finding finding;
    finding.rule = &about;
    const std::size_t told = std::min(losses_.size(), most_told);
    for (std::size_t i = 0; i < told; ++i)
      finding.text += fmt::format("{}{} {}.", i == 0 ? "" : " ", losses_[i].host, losses_[i].what);
    if (losses_.size() > told)
      finding.text += fmt::format(
          " {} lost something as well.",
          base::counted(static_cast<std::int64_t>(losses_.size() - told), "further host"));
    for (const Loss& loss : losses_)
      for (const Period& gap : loss.gaps)
        if (!finding.period || gap.seconds() > finding.period->seconds()) finding.period = gap;
    for (std::size_t i = 0; i < std::min(losses_.size(), most_names); ++i) {
      finding.hosts.push_back(losses_[i].host);
      finding.evidence.push_back({losses_[i].host, losses_[i].what, losses_[i].threshold});
    }
    finding.host_count = losses_.size();
    return {finding};
  }

 private:
  std::vector<Loss> losses_;
};

}  // namespace

std::unique_ptr<Rule> samples_missed_rule() { return std::make_unique<SamplesMissed>(); }

}  // namespace tscollect::analysis
