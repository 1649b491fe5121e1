#include "analysis/sample_gaps.hpp"

namespace tscollect::analysis {

void SampleGaps::add(double begin, double end) {
  if (periods_.size() < most_kept)
    periods_.push_back({begin, end});
  else
    ++left_out_;
}

void SampleGaps::take(const Intervals& intervals) {
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    if (!first_tick_) {
      first_tick_ = intervals.tick[i];
      first_end_ = intervals.end[i];
    } else if (intervals.is_gap(i)) {
      add(last_end_, intervals.end[i]);
    }
    last_tick_ = intervals.tick[i];
    last_end_ = intervals.end[i];
  }
}

void SampleGaps::finish(const TickGrid& grid) {
  if (!first_tick_ || grid.size() == 0) return;
  if (is_gap_between(grid.tick(0), *first_tick_))
    periods_.insert(periods_.begin(), {grid.end(0), first_end_});
  if (is_gap_between(last_tick_, grid.tick(grid.size() - 1)))
    periods_.push_back({last_end_, grid.end(grid.size() - 1)});
}

}  // namespace tscollect::analysis
