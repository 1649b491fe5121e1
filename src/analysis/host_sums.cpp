#include "analysis/host_sums.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tscollect::analysis {

void add_to_sum(Combine combine, double numerator, double denominator, double& sum_numerator,
                double& sum_denominator) {
  if (std::isnan(numerator) || sum_numerator == was_reset) return;
  if (!std::isfinite(numerator)) {
    sum_numerator = was_reset;
    sum_denominator = 0;
    return;
  }
  sum_numerator = std::isnan(sum_numerator) ? numerator : sum_numerator + numerator;
  sum_denominator = combine == Combine::sum ? denominator : sum_denominator + denominator;
}

HostSums::HostSums(std::vector<const Quantity*> quantities, Take take)
    : quantities_(std::move(quantities)),
      take_(std::move(take)),
      sums_(quantities_.size()),
      seen_(quantities_.size(), false) {}

void HostSums::begin_part(const Intervals& intervals) {
  for (Fractions& sum : sums_) {
    sum.numerator.assign(intervals.size(), absent);
    sum.denominator.assign(intervals.size(), 0);
  }
  seen_.assign(quantities_.size(), false);
}

void HostSums::take(const Intervals& intervals, const Series& series) {
  if (!series.counted) return;
  const auto found = std::ranges::find(quantities_, series.quantity);
  if (found == quantities_.end()) return;
  const auto index = static_cast<std::size_t>(found - quantities_.begin());
  seen_[index] = true;
  Fractions& sum = sums_[index];
  for (std::size_t i = 0; i < intervals.size(); ++i)
    add_to_sum(series.quantity->combine, series.fractions->numerator[i],
               series.fractions->denominator[i], sum.numerator[i], sum.denominator[i]);
}

void HostSums::end_part(const Intervals& intervals) {
  for (std::size_t i = 0; i < quantities_.size(); ++i)
    if (seen_[i]) take_(intervals, i, sums_[i]);
}

}  // namespace tscollect::analysis
