#include "analysis/comparison.hpp"

#include "analysis/summary_visitor.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

namespace tscollect::analysis {

double percentile(const std::vector<double>& sorted, double percent) {
  const double at = percent / 100 * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

namespace {

/// The mean of something for each request, as a latency is.
bool is_per_event(const Quantity& quantity) {
  return quantity.basis == Basis::ratio && quantity.unit != "%";
}

/// Smaller means do not matter.
double least_mean(const Quantity& quantity, std::size_t hosts) {
  constexpr auto least = std::to_array<std::pair<std::string_view, double>>({{"bytes/s", 1e6},
                                                                             {"1/s", 10},
                                                                             {"pages/s", 10},
                                                                             {"%", 1},
                                                                             {"requests", 0.1},
                                                                             {"tasks", 0.1},
                                                                             {"cores", 0.01},
                                                                             {"W", 1},
                                                                             {"bytes", 1 << 20}});
  constexpr double hosts_of_floor = 10;
  const auto found =
      std::ranges::find(least, quantity.unit, &std::pair<std::string_view, double>::first);
  if (found == least.end()) return 0;
  const double more = std::max(1.0, static_cast<double>(hosts) / hosts_of_floor);
  return quantity.combine == Combine::sum ? found->second * more : found->second;
}

bool is_too_small(const Quantity& quantity, const Tally& tally, const Period& period,
                  std::size_t hosts) {
  constexpr double least_events = 1;  // a second
  constexpr double least_of_peak = 0.01;
  const double mean = std::abs(*tally.mean());
  if (is_per_event(quantity)) return tally.weight() < least_events * period.seconds();
  return mean < least_mean(quantity, hosts) ||
         (quantity.combine == Combine::sum && mean < least_of_peak * *tally.peak());
}

}  // namespace

Spread spread_of(const RunSums& sums, std::size_t quantity, const Period& period, double shortest,
                 std::size_t hosts) {
  constexpr double mostly = 0.5;
  constexpr double low = 5;
  constexpr double high = 95;
  Spread spread;
  const Tally tally = tally_of(sums, quantity, period, shortest);
  const auto mean = tally.mean();
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
  return {*mean, percentile(values, low), percentile(values, high), values.size(),
          is_too_small(*sums.quantities()[quantity], tally, period, hosts)};
}

Difference difference_of(const Quantity& quantity, const Spread& one, const Spread& other) {
  constexpr std::size_t fewest = 3;
  constexpr double least = 0.01;
  if (one.values < fewest || other.values < fewest) return Difference::none;
  const auto is_outside = [](double mean, const Spread& spread) {
    return mean < spread.p5 || mean > spread.p95;
  };
  const double larger = std::max(std::abs(one.mean), std::abs(other.mean));
  const bool is_beyond = is_outside(one.mean, other) && is_outside(other.mean, one) &&
                         std::abs(one.mean - other.mean) >= least * larger && larger > 0;
  if (!is_beyond) return Difference::none;
  const bool is_small =
      is_per_event(quantity) ? one.is_small || other.is_small : one.is_small && other.is_small;
  return is_small ? Difference::too_small : Difference::differs;
}

}  // namespace tscollect::analysis
