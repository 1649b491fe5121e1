#pragma once

#include "analysis/run_sums.hpp"
#include "analysis/tally.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace tscollect::analysis {

/// Finds the times in which a host was not sampled: its gaps (see Intervals::is_gap()), and the
/// beginning and the end of the run if it has no sample there.
class SampleGaps {
 public:
  /// More gaps of a host are counted, but not kept.
  static constexpr std::size_t most_kept = 100;

  /// The next intervals of the host.
  void take(const Intervals& intervals);
  /// `grid`: the ticks of the run. Call once, after the last interval.
  void finish(const TickGrid& grid);

  /// In seconds since tick 0, in order.
  [[nodiscard]] const std::vector<Period>& periods() const { return periods_; }
  [[nodiscard]] std::size_t left_out() const { return left_out_; }

 private:
  void add(double begin, double end);

  std::vector<Period> periods_;
  std::size_t left_out_ = 0;
  std::optional<std::int64_t> first_tick_;
  std::int64_t last_tick_ = 0;
  double first_end_ = 0;
  double last_end_ = 0;
};

}  // namespace tscollect::analysis
