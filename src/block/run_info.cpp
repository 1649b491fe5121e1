#include "block/run_info.hpp"

#include "base/bytes.hpp"

#include <tscollect/time.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace tscollect {

std::string_view to_string(HostState state) noexcept {
  switch (state) {
    case HostState::complete: return "complete";
    case HostState::partial: return "partial";
    case HostState::missing: return "missing";
    case HostState::recovered: break;
  }
  return "recovered";
}

std::string_view to_string(Completeness completeness) noexcept {
  switch (completeness) {
    case Completeness::complete: return "complete";
    case Completeness::incomplete: return "incomplete";
    case Completeness::recovered: break;
  }
  return "recovered";
}

}  // namespace tscollect

namespace tscollect::block {

namespace {

std::string timestamp(std::int64_t time_ns) {
  return format_timestamp(WallTime(std::chrono::nanoseconds(time_ns)));
}

/// When the run began and ended, on rank 0's clock. Wall clocks of several hosts are compared by
/// their measured offsets only, and how long the run lasted is a matter of ticks: a clock that was
/// set meanwhile changes nothing.
class RunTimes {
 public:
  void add(const HostSummary& host) {
    first_elapsed_ns_ = std::min(first_elapsed_ns_, host.first_elapsed_ns);
    last_elapsed_ns_ = std::max(last_elapsed_ns_, host.last_elapsed_ns);
    // The host that rank 0 knows best tells when tick 0 was due; of an unmeasured one, its own
    // word.
    const bool measured = host.clock_at_start.is_measured();
    const std::int64_t uncertainty =
        measured ? host.clock_at_start.uncertainty_ns : std::numeric_limits<std::int64_t>::max();
    if (has_zero_ && uncertainty >= uncertainty_ns_) return;
    has_zero_ = true;
    uncertainty_ns_ = uncertainty;
    zero_ns_ = base::wrapping_difference(host.first_time_ns, host.first_elapsed_ns);
    if (measured) zero_ns_ = base::wrapping_difference(zero_ns_, host.clock_at_start.offset_ns);
  }

  [[nodiscard]] std::int64_t start_ns() const {
    return base::wrapping_sum(zero_ns_, first_elapsed_ns_);
  }
  [[nodiscard]] std::int64_t end_ns() const {
    return base::wrapping_sum(zero_ns_, last_elapsed_ns_);
  }

 private:
  std::int64_t first_elapsed_ns_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t last_elapsed_ns_ = std::numeric_limits<std::int64_t>::min();
  std::int64_t zero_ns_ = 0;
  std::int64_t uncertainty_ns_ = 0;
  bool has_zero_ = false;
};

}  // namespace

RunInfo summarize(std::span<const HostOutcome> hosts, double interval_seconds) {
  RunInfo run;
  RunTimes times;
  bool complete = true;
  for (const HostOutcome& host : hosts) {
    run.hosts_requested.push_back(host.summary.name);
    complete = complete && host.state == HostState::complete;
    if (host.state == HostState::missing || host.summary.samples == 0) continue;
    times.add(host.summary);
    run.hosts_collected.push_back(host.summary.name);
    run.num_samples += host.summary.samples;
  }
  run.collection_interval_seconds = interval_seconds;
  if (run.num_samples > 0) {
    run.start_time = timestamp(times.start_ns());
    run.end_time = timestamp(times.end_ns());
  }
  run.completeness = complete ? Completeness::complete : Completeness::incomplete;
  run.title = fmt::format("Metrics of {} host{}, every {} s", run.hosts_collected.size(),
                          run.hosts_collected.size() == 1 ? "" : "s", interval_seconds);
  return run;
}

}  // namespace tscollect::block
