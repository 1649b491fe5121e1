#pragma once

#include "analysis/series_reader.hpp"

#include <cstddef>
#include <functional>
#include <vector>

namespace tscollect::analysis {

/// Puts the devices of a host together: what a quantity is for the host. Each byte is counted once
/// (see DeviceRole). A device that has no value in an interval is not in the sum; if one was reset,
/// the sum is not known.
class HostSums final : public SeriesVisitor {
 public:
  /// `take`: is given each quantity that the host has, by its place in `quantities`, after each
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

/// Adds one value to a sum of values, by the rule of the quantity.
void add_to_sum(Combine combine, double numerator, double denominator, double& sum_numerator,
                double& sum_denominator);

}  // namespace tscollect::analysis
