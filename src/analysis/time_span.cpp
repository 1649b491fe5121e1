#include "analysis/time_span.hpp"

#include <algorithm>

namespace tscollect::analysis {

double seconds_at(std::int64_t tick, std::int64_t lateness_ns, double interval_seconds) {
  constexpr double ns_per_second = 1e9;
  return static_cast<double>(tick) * interval_seconds +
         static_cast<double>(lateness_ns) / ns_per_second;
}

TimeSpan span_of(const store::HostEnds& ends, double interval_seconds) {
  const double begin = seconds_at(ends.first_tick, ends.first_lateness_ns, interval_seconds);
  const double end = seconds_at(ends.last_tick, ends.last_lateness_ns, interval_seconds);
  return {begin, std::max(begin, end), ends.last_tick};
}

std::optional<TimeSpan> span_of(const store::HostTimes& times, double interval_seconds) {
  if (times.tick.empty()) return std::nullopt;
  return span_of(store::HostEnds{times.tick.front(), times.tick.back(), times.lateness_ns.front(),
                                 times.lateness_ns.back()},
                 interval_seconds);
}

void extend(std::optional<TimeSpan>& all, const TimeSpan& one) {
  if (!all) all = one;
  all->begin = std::min(all->begin, one.begin);
  all->end = std::max(all->end, one.end);
  all->last_tick = std::max(all->last_tick, one.last_tick);
}

}  // namespace tscollect::analysis
