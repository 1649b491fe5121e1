#pragma once

#include "analysis/run_sums.hpp"
#include "analysis/tally.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tscollect::analysis {

/// Distribution of a quantity's values, sample by sample, over a part of a run.
struct Spread {
  double mean = 0;
  double p5 = 0;
  double p95 = 0;
  std::size_t values = 0;  ///< number of values; 0: none is known
  bool is_small = false;   ///< so small that its differences do not matter
};

// What is too small to matter, in both of two parts:
//
// 1. A mean below 1 MB/s, 10 operations or pages a second, 1 %, 0.1 requests or tasks, 0.01 cores,
//    1 W, or 1 MiB of memory. Sums over more than ten hosts: a tenth of that for each host.
// 2. For sums: a mean below a hundredth of the highest value.
//
// A mean over events (a latency, a size, a response time) with less than one event a second in
// either part: it is that of a few stray requests.

/// From the sums over the run. The mean is that of the period; percentiles are those of the
/// intervals that lie mostly in it. `hosts`: how many have samples.
[[nodiscard]] Spread spread_of(const RunSums& sums, std::size_t quantity, const Period& period,
                               double shortest, std::size_t hosts);

/// Percentile by linear interpolation, 0 to 100; `sorted` has at least one value.
[[nodiscard]] double percentile(const std::vector<double>& sorted, double percent);

enum class Difference : std::uint8_t {
  none,
  too_small,  ///< beyond the spread, but of what is too small to matter
  differs,
};

/// Two differ if they do by more than their spread: each mean lies outside the other's 5th to 95th
/// percentile, the means differ by at least one percent, and each has at least three values.
[[nodiscard]] Difference difference_of(const Quantity& quantity, const Spread& one,
                                       const Spread& other);

}  // namespace tscollect::analysis
