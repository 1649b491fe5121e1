// Data missing in the file: hosts, ends of hosts, samples.
#include "analysis/findings/host_rule.hpp"
#include "analysis/findings/rules.hpp"
#include "base/format.hpp"
#include "base/name_list.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tscollect::analysis {

namespace {

constexpr double least_missed = 0.01;  // of the ticks
constexpr std::size_t most_names = 8;

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
};

class SamplesMissed final : public Rule {
 public:
  [[nodiscard]] const RuleDescription& description() const override { return about; }
  [[nodiscard]] bool was_judged() const override { return true; }

  void take_missing(const block::HostOutcome& host) override {
    losses_.push_back(
        {host.summary.name,
         fmt::format("is not in the file{}{}", host.why.empty() ? "" : ": ", host.why), 1});
  }

  void take(const HostView& host, const RuleContext& /*context*/) override {
    const auto missed = static_cast<double>(host.summary.missed_ticks);
    const double ticks = missed + static_cast<double>(host.summary.samples);
    const double share = ticks > 0 ? missed / ticks : 0;
    if (share >= least_missed)
      losses_.push_back({host.summary.name,
                         fmt::format("missed {} of {:.0f} ticks", host.summary.missed_ticks, ticks),
                         share});
    else if (host.state == block::HostState::partial)
      losses_.push_back({host.summary.name, "is there in part only", share});
  }

  [[nodiscard]] std::vector<Finding> finish(const RunSlots& /*run*/,
                                            const RuleContext& /*context*/) override {
    if (losses_.empty()) return {};
    std::ranges::stable_sort(losses_, std::ranges::greater{}, &Loss::share);
    Finding finding;
    finding.rule = &about;
    finding.text = fmt::format("{} {}.", losses_.front().host, losses_.front().what);
    if (losses_.size() > 1)
      finding.text += fmt::format(" {} lost something as well.",
                                  base::counted(std::ssize(losses_) - 1, "further host"));
    for (std::size_t i = 0; i < std::min(losses_.size(), most_names); ++i) {
      finding.hosts.push_back(losses_[i].host);
      finding.evidence.push_back({losses_[i].host, losses_[i].what, "1 % of the ticks"});
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
