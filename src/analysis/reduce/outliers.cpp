#include "analysis/reduce/outliers.hpp"

#include <algorithm>
#include <cmath>

namespace tscollect::analysis {

namespace {

/// Differences smaller than this do not matter, whatever the other hosts' values are.
double least_difference(std::string_view unit) {
  constexpr double mib = 1024 * 1024;
  if (unit == "bytes/s") return 1e6;
  if (unit == "bytes") return 64 * mib;
  if (unit == "%") return 5;
  if (unit == "ms") return 0.1;
  if (unit == "pages/s") return 100;
  if (unit == "1/s") return 10;
  return 1;
}

}  // namespace

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::ranges::max_element(values.begin(), middle)) / 2;
}

double Outlier::distance() const {
  const double away = std::abs(value - median);
  return median == 0 ? away : away / std::abs(median);
}

std::vector<Outlier> outliers_of(const RunSlots& run, std::size_t quantity) {
  constexpr double usual_to_deviation = 1.4826;  // of a normal distribution
  constexpr double deviations = 4;
  constexpr double least_part = 0.2;
  std::vector<double> values;
  for (const HostCurve& curve : run.curves(quantity))
    if (curve.mean()) values.push_back(*curve.mean());
  std::vector<Outlier> outliers;
  if (values.size() < fewest_hosts_for_outliers) return outliers;
  const double median = median_of(values);
  for (double& value : values) value = std::abs(value - median);
  const Quantity& what = *run.quantities()[quantity];
  const double limit = std::max({deviations * usual_to_deviation * median_of(values),
                                 least_part * std::abs(median), least_difference(what.unit)});
  for (std::size_t host = 0; host < run.hosts().size(); ++host) {
    const auto mean = run.curves(quantity)[host].mean();
    if (mean && std::abs(*mean - median) > limit) outliers.push_back({host, &what, *mean, median});
  }
  std::ranges::stable_sort(outliers, std::ranges::greater{}, &Outlier::distance);
  return outliers;
}

}  // namespace tscollect::analysis
