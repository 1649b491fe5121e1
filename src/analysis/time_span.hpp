#pragma once

#include "store/run_file/run_file_reader.hpp"

#include <cstdint>
#include <optional>

namespace tscollect::analysis {

/// The time covered by samples, in seconds since tick 0, which is common to all hosts. Computed
/// from ticks and lateness, so from the monotonic clock, which nobody can set.
struct TimeSpan {
  double begin = 0;
  double end = 0;
  std::int64_t last_tick = 0;

  [[nodiscard]] double seconds() const { return end - begin; }
};

/// Time of the sample of `tick`, in seconds since tick 0.
[[nodiscard]] double seconds_at(std::int64_t tick, std::int64_t lateness_ns,
                                double interval_seconds);

[[nodiscard]] TimeSpan span_of(const store::HostEnds& ends, double interval_seconds);
/// Nothing if there are no samples.
[[nodiscard]] std::optional<TimeSpan> span_of(const store::HostTimes& times,
                                              double interval_seconds);

/// Extends `all` to include `one`.
void extend(std::optional<TimeSpan>& all, const TimeSpan& one);

}  // namespace tscollect::analysis
