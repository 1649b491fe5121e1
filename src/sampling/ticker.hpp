#pragma once

#include "stream/sample_stream.hpp"

#include <cstdint>

namespace tscollect::sampling {

/// Determines the next tick and counts missed ones. Deadlines are absolute, so that ticks do not
/// drift. A late tick is taken late; ticks whose whole interval has passed are skipped and counted.
class Ticker {
 public:
  explicit Ticker(stream::TickSchedule grid) : grid_(grid) {}

  [[nodiscard]] const stream::TickSchedule& grid() const noexcept { return grid_; }
  [[nodiscard]] MonoTime next_due() const { return grid_.due(next_); }
  [[nodiscard]] std::int64_t missed() const noexcept { return missed_; }

  /// The tick to take at `now`, at or after next_due(). Counts the ticks missed before it.
  [[nodiscard]] std::int64_t take(MonoTime now);

  /// The tick of the last sample, taken at stop before it is due: the next one. Counts the ticks
  /// missed before it.
  [[nodiscard]] std::int64_t take_last(MonoTime now);

 private:
  stream::TickSchedule grid_;
  std::int64_t next_ = 0;
  std::int64_t missed_ = 0;
};

}  // namespace tscollect::sampling
