#include "analysis/run_clock.hpp"

#include "analysis/time_span.hpp"
#include "store/hdf5/store_error.hpp"

#include <tscollect/time.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace tscollect::analysis {

namespace {

constexpr double ns_per_second = 1e9;
/// Limits the times of a damaged file to about the years 1700 to 2240.
constexpr std::int64_t farthest_ns = 8'500'000'000'000'000'000;

std::int64_t within_reach(double ns) {
  constexpr auto most = static_cast<double>(farthest_ns);
  return static_cast<std::int64_t>(std::llround(std::clamp(ns, -most, most)));
}

}  // namespace

std::int64_t RunClock::utc_ns(double seconds) const {
  const std::int64_t ns = within_reach(seconds * ns_per_second);
  std::int64_t sum = 0;
  if (__builtin_add_overflow(zero_ns_, ns, &sum)) return ns < 0 ? -farthest_ns : farthest_ns;
  return sum;
}

double RunClock::seconds(std::int64_t utc_ns) const {
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(utc_ns, zero_ns_, &difference))
    return static_cast<double>(utc_ns) / ns_per_second -
           static_cast<double>(zero_ns_) / ns_per_second;
  return static_cast<double>(difference) / ns_per_second;
}

RunClock clock_of(const store::RunFileReader& run) {
  const block::HostOutcome* chosen = nullptr;
  for (const block::HostOutcome& host : run.hosts()) {
    if (host.state == block::HostState::missing || host.summary.samples <= 0) continue;
    const bool is_better = chosen == nullptr || (host.summary.clock_at_start.is_measured() &&
                                                 !chosen->summary.clock_at_start.is_measured());
    if (is_better) chosen = &host;
    if (chosen->summary.clock_at_start.is_measured()) break;
  }
  if (chosen == nullptr) return RunClock();
  const block::HostSummary& summary = chosen->summary;
  double first = 0;
  try {
    if (const auto ends = run.open_host(summary.name).ends())
      first = seconds_at(ends->first_tick, ends->first_lateness_ns,
                         run.run().collection_interval_seconds);
  } catch (const store::StoreError&) {
    first = 0;  // the error is reported when the host is read
  }
  const double offset_ns = summary.clock_at_start.is_measured()
                               ? static_cast<double>(summary.clock_at_start.offset_ns)
                               : 0;
  return RunClock(RunClock(std::clamp(summary.first_time_ns, -farthest_ns, farthest_ns))
                      .utc_ns(-first - offset_ns / ns_per_second));
}

Result<double> parse_moment(std::string_view text, const RunClock& clock) {
  if (auto utc = parse_timestamp(text))
    return clock.seconds(utc.value().time_since_epoch().count());
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number))
    return Error{fmt::format(
        "'{}' is neither a UTC time YYYY-MM-DDTHH:MM:SS[.fraction]Z nor a number of seconds since "
        "the run's start",
        text)};
  constexpr double since_1970 = 1e8;
  return number < since_1970 ? number : clock.seconds(within_reach(number * ns_per_second));
}

}  // namespace tscollect::analysis
