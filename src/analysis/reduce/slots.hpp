#pragma once

#include "analysis/run_sums.hpp"
#include "analysis/tally.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tscollect::analysis {

/// The time axis of a run divided into a limited number of slots, each with the same number of grid
/// steps; the last one may have fewer.
class Slots {
 public:
  /// `grid` must outlive this object. The number of steps per slot is a multiple of `multiple`.
  Slots(const TickGrid& grid, std::size_t most, std::size_t multiple = 1);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t steps_per_slot() const { return steps_per_slot_; }
  [[nodiscard]] const TickGrid& grid() const { return *grid_; }
  /// In seconds since tick 0. The very first sample ends an interval of length 0.
  [[nodiscard]] double begin(std::size_t slot) const;
  [[nodiscard]] double end(std::size_t slot) const;
  [[nodiscard]] std::size_t of_step(std::size_t step) const { return step / steps_per_slot_; }

  /// The slots that lie mostly in the period: [first, last).
  struct Range {
    std::size_t first = 0;
    std::size_t last = 0;
  };
  [[nodiscard]] Range range_of(const Period& period) const;

  /// The slot in which each interval ends; size() for one that ends in none.
  void find(const Intervals& intervals, std::vector<std::size_t>& slots) const;

 private:
  const TickGrid* grid_;
  std::size_t steps_per_slot_ = 1;
  std::size_t size_ = 0;
};

}  // namespace tscollect::analysis
