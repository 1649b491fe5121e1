#include "analysis/reduce/slots.hpp"

#include <algorithm>

namespace tscollect::analysis {

Slots::Slots(const TickGrid& grid, std::size_t most, std::size_t multiple) : grid_(&grid) {
  const std::size_t steps = grid.size();
  const std::size_t longest = std::max<std::size_t>(most, 1) * multiple;
  steps_per_slot_ = std::max<std::size_t>((steps + longest - 1) / longest, 1) * multiple;
  size_ = (steps + steps_per_slot_ - 1) / steps_per_slot_;
}

double Slots::begin(std::size_t slot) const {
  return slot == 0 ? grid_->end(0) : this->end(slot - 1);
}

double Slots::end(std::size_t slot) const {
  return grid_->end(std::min((slot + 1) * steps_per_slot_, grid_->size()) - 1);
}

Slots::Range Slots::range_of(const Period& period) const {
  Range range{size_, size_};
  for (std::size_t slot = 0; slot < size_; ++slot) {
    const double middle = (this->begin(slot) + this->end(slot)) / 2;
    if (middle >= period.end) {
      range.last = slot;
      break;
    }
    if (middle >= period.begin && range.first == size_) range.first = slot;
  }
  range.first = std::min(range.first, range.last);
  return range;
}

void Slots::find(const Intervals& intervals, std::vector<std::size_t>& slots) const {
  slots.assign(intervals.size(), size_);
  std::size_t step = intervals.tick.empty() ? 0 : grid_->find(intervals.tick.front());
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    const std::int64_t tick = intervals.tick[i];
    // Ticks increase, unless the file is damaged.
    while (step < grid_->size() && grid_->tick(step) < tick) ++step;
    if (step > 0 && grid_->tick(step - 1) >= tick) step = grid_->find(tick);
    if (step < grid_->size()) slots[i] = of_step(step);
  }
}

}  // namespace tscollect::analysis
