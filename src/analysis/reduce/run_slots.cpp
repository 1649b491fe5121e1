#include "analysis/reduce/run_slots.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tscollect::analysis {

HostCurve::HostCurve(const SlotSeries& series, const Slots& slots) {
  whole_ = series.mean({0, series.size()});
  // The very first sample ends no interval.
  const std::size_t first = slots.steps_per_slot() == 1 ? 1 : 0;
  bool is_zero = true;
  for (std::size_t slot = first; slot < series.size() && is_zero; ++slot)
    is_zero = series.highest(slot) == 0 && series.lowest(slot) == 0;
  if (is_zero && whole_) {
    first_known_ = first;
    return;
  }
  for (std::size_t slot = 0; slot < series.size(); ++slot) {
    mean_.push_back(series.mean(slot));
    lowest_.push_back(series.lowest(slot));
    highest_.push_back(series.highest(slot));
    falls_.push_back(series.falls(slot));
  }
}

RunSlots::RunSlots(const Slots& slots, std::vector<const Quantity*> quantities)
    : slots_(&slots),
      quantities_(std::move(quantities)),
      curves_(quantities_.size()),
      known_(quantities_.size(), false),
      zero_(quantities_.size(), true) {}

void RunSlots::add(const std::string& host, const HostSlots& series) {
  hosts_.push_back(host);
  for (std::size_t i = 0; i < quantities_.size(); ++i) {
    const SlotSeries* found = series.find(i);
    curves_[i].push_back(found == nullptr ? HostCurve() : HostCurve(*found, *slots_));
    if (found == nullptr) continue;
    known_[i] = true;
    if (!curves_[i].back().is_zero() && *curves_[i].back().mean() != 0) zero_[i] = false;
  }
}

const std::vector<HostCurve>* RunSlots::find(std::string_view quantity) const {
  for (std::size_t i = 0; i < quantities_.size(); ++i)
    if (quantities_[i]->name == quantity) return &curves_[i];
  return nullptr;
}

bool RunSlots::is_known(std::string_view quantity) const {
  for (std::size_t i = 0; i < quantities_.size(); ++i)
    if (quantities_[i]->name == quantity) return known_[i];
  return false;
}

SlotSeries reduce(const RunSums& sums, std::size_t quantity, const Slots& slots, double shortest) {
  SlotSeries series(slots.size());
  const TickGrid& grid = sums.grid();
  const Fractions& fractions = sums.sums(quantity);
  for (std::size_t step = 0; step < grid.size(); ++step)
    if (grid.seconds(step) > 0 && grid.seconds(step) >= shortest)
      series.add_value(slots.of_step(step), fractions.numerator[step], fractions.denominator[step]);
  sums.visit_gaps(quantity, [&](double numerator, double denominator, double, double) {
    series.add_gap(numerator, denominator);
  });
  return series;
}

}  // namespace tscollect::analysis
