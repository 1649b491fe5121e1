#pragma once

#include "analysis/run_sums.hpp"
#include "analysis/tally.hpp"

#include <cstddef>
#include <vector>

namespace tscollect::analysis {

/// How the values of a quantity over a part of a run are spread: from one sample to the next.
struct Spread {
  double mean = 0;
  double p5 = 0;
  double p95 = 0;
  std::size_t values = 0;  ///< 0: none is known
};

/// Of the run's sums. The mean is that of the period; percentiles are those of the intervals that
/// lie mostly in it.
[[nodiscard]] Spread spread_of(const RunSums& sums, std::size_t quantity, const Period& period,
                               double shortest);

/// Percentile by linear interpolation, 0 to 100; `sorted` has at least one value.
[[nodiscard]] double percentile(const std::vector<double>& sorted, double percent);

/// Whether two differ by more than their own spread: the mean of each lies outside of the other's
/// 5th to 95th percentile, they are a hundredth apart or more, and each has three values or more.
[[nodiscard]] bool differ(const Spread& one, const Spread& other);

}  // namespace tscollect::analysis
