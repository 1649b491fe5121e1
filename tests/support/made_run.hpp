#pragma once

#include "analysis/findings/rules.hpp"

#include <cmath>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace tscollect::tests {

/// A run without a file: hosts with a sample a second, whose quantities are what a test says.
class MadeRun {
 public:
  /// The value of a quantity in the interval that ends with this sample.
  using Value = std::function<double(std::size_t sample)>;
  struct Curve {
    std::string quantity;
    std::string device;  ///< empty: of a source without devices
    Value value;
  };

  explicit MadeRun(std::size_t samples = 60, std::size_t most_slots = 1000)
      : samples_(samples), most_slots_(most_slots) {
    store::HostTimes times;
    for (std::size_t i = 0; i < samples; ++i) {
      times.tick.push_back(static_cast<std::int64_t>(i));
      times.lateness_ns.push_back(0);
    }
    grid_.add(times, 1.0);
    context_.interval_seconds = 1;
    context_.clock = analysis::RunClock(start_ns);
  }

  static constexpr std::int64_t start_ns = 1'769'293'200'000'000'000;  // 2026-01-24T22:20:00Z

  /// `change`: what else is known of the host.
  void add(const std::string& host, std::vector<Curve> curves,
           const std::function<void(block::HostSummary&)>& change = {}) {
    block::HostSummary summary;
    summary.name = host;
    summary.samples = static_cast<std::int64_t>(samples_);
    if (change) change(summary);
    hosts_.push_back({summary, std::move(curves)});
  }
  void add_missing(const std::string& host, const std::string& why) {
    block::HostOutcome outcome;
    outcome.summary.name = host;
    outcome.state = block::HostState::missing;
    outcome.why = why;
    missing_.push_back(outcome);
  }
  void add_phase(const std::string& name, double begin, double end) {
    phases_.emplace_back(name, analysis::Period{begin, end});
  }

  struct Result {
    std::vector<analysis::Finding> findings;
    bool was_judged = false;
  };
  /// What the rule says of the run.
  Result judged_by(const std::unique_ptr<analysis::Rule>& rule) {
    const analysis::Slots slots(grid_, most_slots_);
    std::vector<const analysis::Quantity*> quantities = analysis::rule_quantities();
    for (const Host& host : hosts_)
      for (const Curve& curve : host.curves) know(curve.quantity, quantities);
    analysis::RuleContext context = context_;
    context.slots = &slots;
    const double end = grid_.end(grid_.size() - 1);
    context.parts.push_back({"the run", {0, end}, {0, slots.size()}});
    for (const auto& [name, period] : phases_)
      context.parts.push_back({name, period, slots.range_of(period)});
    analysis::RunSlots run(slots, quantities);
    for (const block::HostOutcome& host : missing_) rule->take_missing(host);
    for (const Host& host : hosts_) {
      analysis::HostSlots series(slots, quantities, analysis::is_judged_by_device, 0.5, {});
      feed(host, quantities, series);
      run.add(host.summary.name, series);
      rule->take({host.summary, block::HostState::complete, series}, context);
    }
    std::vector<analysis::Finding> findings = rule->finish(run, context);
    return {std::move(findings), rule->was_judged()};
  }

 private:
  struct Host {
    block::HostSummary summary;
    std::vector<Curve> curves;
  };

  /// One that this version does not have yet is made for the test.
  void know(const std::string& name, std::vector<const analysis::Quantity*>& quantities) {
    for (const analysis::Quantity* quantity : quantities)
      if (quantity->name == name) return;
    if (const analysis::Quantity* known = analysis::find_quantity(name)) {
      quantities.push_back(known);
      return;
    }
    names_.push_back(name);
    analysis::Quantity made;
    made.name = names_.back();
    made_.push_back(made);
    quantities.push_back(&made_.back());
  }

  void feed(const Host& host, const std::vector<const analysis::Quantity*>& quantities,
            analysis::HostSlots& series) const {
    analysis::Intervals intervals;
    for (std::size_t i = 0; i < samples_; ++i) {
      intervals.seconds.push_back(i == 0 ? 0 : 1);
      intervals.end.push_back(static_cast<double>(i));
      intervals.tick.push_back(static_cast<std::int64_t>(i));
    }
    series.begin_part(intervals);
    std::size_t index = 0;
    for (const Curve& curve : host.curves) {
      analysis::Fractions fractions;
      for (std::size_t i = 0; i < samples_; ++i) {
        fractions.numerator.push_back(i == 0 ? analysis::absent : curve.value(i));
        fractions.denominator.push_back(1);
      }
      for (const analysis::Quantity* quantity : quantities)
        if (quantity->name == curve.quantity)
          series.take(intervals, {quantity, index++, curve.device, "disk", true, &fractions});
    }
    series.end_part(intervals);
  }

  std::size_t samples_;
  std::size_t most_slots_;
  analysis::TickGrid grid_;
  analysis::RuleContext context_;
  std::vector<Host> hosts_;
  std::vector<block::HostOutcome> missing_;
  std::vector<std::pair<std::string, analysis::Period>> phases_;
  std::list<std::string> names_;
  std::list<analysis::Quantity> made_;
};

/// The same value all the time, or in a part of it.
inline MadeRun::Value always(double value) {
  return [value](std::size_t) { return value; };
}
inline MadeRun::Value between(std::size_t begin, std::size_t end, double value,
                              double else_value = 0) {
  return [=](std::size_t sample) { return sample > begin && sample <= end ? value : else_value; };
}

}  // namespace tscollect::tests
