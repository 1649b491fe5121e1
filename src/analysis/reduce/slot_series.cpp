#include "analysis/reduce/slot_series.hpp"

#include <cmath>

namespace tscollect::analysis {

SlotSeries::SlotSeries(std::size_t slots)
    : numerator_(slots, 0),
      denominator_(slots, 0),
      lowest_(slots, absent),
      highest_(slots, absent),
      values_(slots, 0),
      lowest_at_(slots, 0),
      highest_at_(slots, 0) {}

void SlotSeries::add(const Intervals& intervals, std::span<const std::size_t> slots,
                     const Fractions& fractions, double shortest, bool is_level) {
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    if (intervals.seconds[i] <= 0 || intervals.seconds[i] < shortest || slots[i] >= this->size())
      continue;
    if (!is_level && (intervals.is_gap(i) || !(fractions.denominator[i] > 0)))
      add_gap(fractions.numerator[i], fractions.denominator[i]);
    else
      add_value(slots[i], fractions.numerator[i], fractions.denominator[i]);
  }
}

void SlotSeries::add_gap(double numerator, double denominator) {
  if (!std::isfinite(numerator) || !(denominator >= 0)) return;
  gaps_numerator_ += numerator;
  gaps_denominator_ += denominator;
}

void SlotSeries::add_value(std::size_t slot, double numerator, double denominator) {
  if (!std::isfinite(numerator) || !(denominator > 0)) return;
  is_known_ = true;
  numerator_[slot] += numerator;
  denominator_[slot] += denominator;
  const double value = numerator / denominator;
  const std::uint32_t at = values_[slot]++;
  if (!(lowest_[slot] <= value)) {
    lowest_[slot] = value;
    lowest_at_[slot] = at;
  }
  if (!(highest_[slot] >= value)) {
    highest_[slot] = value;
    highest_at_[slot] = at;
  }
}

double SlotSeries::mean(std::size_t slot) const {
  return denominator_[slot] > 0 ? numerator_[slot] / denominator_[slot] : absent;
}

std::optional<double> SlotSeries::mean(Slots::Range range) const {
  const bool is_all = range.first == 0 && range.last == numerator_.size();
  double numerator = is_all ? gaps_numerator_ : 0;
  double denominator = is_all ? gaps_denominator_ : 0;
  for (std::size_t slot = range.first; slot < range.last; ++slot) {
    numerator += numerator_[slot];
    denominator += denominator_[slot];
  }
  if (denominator <= 0) return std::nullopt;
  return numerator / denominator;
}

}  // namespace tscollect::analysis
