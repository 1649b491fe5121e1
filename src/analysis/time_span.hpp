#pragma once

#include "store/run_file/run_file_reader.hpp"

#include <cstdint>
#include <optional>

namespace tscollect::analysis {

/// The time that samples cover, in seconds since tick 0, which all hosts have in common. It comes
/// from ticks and lateness, that is from the monotonic clock: nobody sets that one.
struct TimeSpan {
  double begin = 0;
  double end = 0;
  std::int64_t last_tick = 0;

  [[nodiscard]] double seconds() const { return end - begin; }
};

/// Seconds since tick 0 at which the sample of `tick` was taken.
[[nodiscard]] double seconds_at(std::int64_t tick, std::int64_t lateness_ns,
                                double interval_seconds);

[[nodiscard]] TimeSpan span_of(const store::HostEnds& ends, double interval_seconds);
/// Nothing if it has no samples.
[[nodiscard]] std::optional<TimeSpan> span_of(const store::HostTimes& times,
                                              double interval_seconds);

/// Makes `all` include `one`.
void extend(std::optional<TimeSpan>& all, const TimeSpan& one);

}  // namespace tscollect::analysis
