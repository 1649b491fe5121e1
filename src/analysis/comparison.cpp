#include "analysis/comparison.hpp"

#include "analysis/summary_visitor.hpp"

#include <algorithm>
#include <cmath>

namespace tscollect::analysis {

double percentile(const std::vector<double>& sorted, double percent) {
  const double at = percent / 100 * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Spread spread_of(const RunSums& sums, std::size_t quantity, const Period& period, double shortest) {
  constexpr double mostly = 0.5;
  constexpr double low = 5;
  constexpr double high = 95;
  Spread spread;
  const auto mean = tally_of(sums, quantity, period, shortest).mean();
  if (!mean) return spread;
  const TickGrid& grid = sums.grid();
  std::vector<double> values = sums.values(quantity);
  std::size_t kept = 0;
  for (std::size_t step = 0; step < values.size(); ++step) {
    const bool is_in = period.share_of(grid.end(step), grid.seconds(step)) >= mostly &&
                       grid.seconds(step) >= shortest;
    if (is_in && !std::isnan(values[step])) values[kept++] = values[step];
  }
  values.resize(kept);
  if (values.empty()) return spread;
  std::ranges::sort(values);
  return {*mean, percentile(values, low), percentile(values, high), values.size()};
}

bool differ(const Spread& one, const Spread& other) {
  constexpr std::size_t fewest = 3;
  constexpr double least = 0.01;
  if (one.values < fewest || other.values < fewest) return false;
  const auto is_outside = [](double mean, const Spread& spread) {
    return mean < spread.p5 || mean > spread.p95;
  };
  const double larger = std::max(std::abs(one.mean), std::abs(other.mean));
  return is_outside(one.mean, other) && is_outside(other.mean, one) &&
         std::abs(one.mean - other.mean) >= least * larger && larger > 0;
}

}  // namespace tscollect::analysis
