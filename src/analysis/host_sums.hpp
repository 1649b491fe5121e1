#pragma once

#include "analysis/series_reader.hpp"

#include <cstddef>
#include <functional>
#include <vector>

namespace tscollect::analysis {

/// Computes the sum of a quantity over a host's devices. Each byte counts once (see DeviceRole). A
/// device without a value in an interval is left out of the sum; if a counter was reset, the sum is
/// unknown.
class HostSums final : public SeriesVisitor {
 public:
  /// `take` receives each quantity that the host has, by its index in `quantities`, after each
  /// part.
  using Take = std::function<void(const Intervals&, std::size_t quantity, const Fractions&)>;
  HostSums(std::vector<const Quantity*> quantities, Take take);

  void begin_part(const Intervals& intervals) override;
  void take(const Intervals& intervals, const Series& series) override;
  void end_part(const Intervals& intervals) override;

 private:
  std::vector<const Quantity*> quantities_;
  Take take_;
  std::vector<Fractions> sums_;
  std::vector<bool> seen_;
};

/// Adds one value to a sum, by the rule of the quantity.
void add_to_sum(Combine combine, double numerator, double denominator, double& sum_numerator,
                double& sum_denominator);

}  // namespace tscollect::analysis
