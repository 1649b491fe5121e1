#pragma once

#include "analysis/run_sums.hpp"
#include "analysis/tally.hpp"

#include <cstddef>
#include <vector>

namespace tscollect::analysis {

/// Distribution of a quantity's values, sample by sample, over a part of a run.
struct Spread {
  double mean = 0;
  double p5 = 0;
  double p95 = 0;
  std::size_t values = 0;  ///< number of values; 0: none is known
};

/// From the sums over the run. The mean is that of the period; percentiles are those of the
/// intervals that lie mostly in it.
[[nodiscard]] Spread spread_of(const RunSums& sums, std::size_t quantity, const Period& period,
                               double shortest);

/// Percentile by linear interpolation, 0 to 100; `sorted` has at least one value.
[[nodiscard]] double percentile(const std::vector<double>& sorted, double percent);

/// Whether two differ by more than their spread: each mean lies outside the other's 5th to 95th
/// percentile, the means differ by at least one percent, and each has at least three values.
[[nodiscard]] bool differ(const Spread& one, const Spread& other);

}  // namespace tscollect::analysis
