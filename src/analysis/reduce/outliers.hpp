#pragma once

#include "analysis/reduce/run_slots.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::analysis {

/// With fewer hosts no outlier can be determined.
inline constexpr std::size_t fewest_hosts_for_outliers = 4;

/// Description of the rule of outliers_of() for users.
inline constexpr std::string_view outlier_rule =
    "A host stands out if its mean over the run differs from the median of the hosts by more than "
    "four times their usual distance from it (the median of the distances × 1.4826) and by more "
    "than a fifth of it. Differences that matter to nobody are left out (below 1 MB/s, 5 points of "
    "a percentage, 0.1 ms, 64 MiB). It takes 4 hosts.";

/// A host whose mean over the run differs strongly from that of the others.
struct Outlier {
  std::size_t host = 0;  ///< index in RunSlots::hosts()
  const Quantity* quantity = nullptr;
  double value = 0;
  double median = 0;

  /// Relative distance from the median.
  [[nodiscard]] double distance() const;
};

/// Outliers of one quantity (its index in RunSlots::quantities()), the farthest first.
[[nodiscard]] std::vector<Outlier> outliers_of(const RunSlots& run, std::size_t quantity);

/// `values` must not be empty.
[[nodiscard]] double median_of(std::vector<double> values);

}  // namespace tscollect::analysis
