#pragma once

#include "analysis/findings/finding.hpp"
#include "analysis/reduce/run_slots.hpp"
#include "analysis/run_clock.hpp"
#include "block/run_info.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tscollect::analysis {

/// A part of the run that rules check.
struct RunPart {
  std::string name;  ///< "write 1", "the run"
  Period period;
  Slots::Range slots;
};

/// Data about the run for all rules.
struct RuleContext {
  const Slots* slots = nullptr;
  RunClock clock;
  double interval_seconds = 0;
  std::vector<RunPart> parts;  ///< the first one is the whole run, the others are its phases
};

/// One host, while it is read.
struct HostView {
  const block::HostSummary& summary;
  block::HostState state;
  const HostSlots& series;
};

/// Searches for one kind of finding. It receives the hosts one after another and keeps little of
/// each. Data of all hosts together are in the reduced run at the end.
class Rule {
 public:
  Rule() = default;
  Rule(const Rule&) = delete;
  Rule& operator=(const Rule&) = delete;
  virtual ~Rule() = default;

  [[nodiscard]] virtual const RuleDescription& description() const = 0;
  virtual void take(const HostView& host, const RuleContext& context) = 0;
  /// A host of which the file has no data.
  virtual void take_missing(const block::HostOutcome& /*host*/) {}
  [[nodiscard]] virtual std::vector<Finding> finish(const RunSlots& run,
                                                    const RuleContext& context) = 0;
  /// Whether the file had the required data.
  [[nodiscard]] virtual bool was_judged() const = 0;
  /// What came nearest to a finding, for rules that found nothing; empty: not told.
  [[nodiscard]] virtual std::string nearest() const { return {}; }
};

/// All rules, in the order of their findings.
[[nodiscard]] std::vector<std::unique_ptr<Rule>> make_rules();

/// The quantities that rules use besides those of charts.
[[nodiscard]] const std::vector<const Quantity*>& rule_quantities();
/// Whether rules use it by device.
[[nodiscard]] bool is_judged_by_device(const Quantity& quantity);

}  // namespace tscollect::analysis
