#include "block/run_info.hpp"

#include "base/bytes.hpp"
#include "base/text/format.hpp"

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

bool has_samples(const HostOutcome& host) {
  return host.state != HostState::missing && host.summary.samples != 0;
}

/// The host that rank 0 knows best tells when tick 0 was due; of an unmeasured one, its own word.
std::int64_t uncertainty_of(const HostSummary& host) {
  return host.clock_at_start.is_measured() ? host.clock_at_start.uncertainty_ns
                                           : std::numeric_limits<std::int64_t>::max();
}

std::int64_t zero_by(const HostSummary& host) {
  const std::int64_t zero_ns = base::wrapping_difference(host.first_time_ns, host.first_elapsed_ns);
  return host.clock_at_start.is_measured()
             ? base::wrapping_difference(zero_ns, host.clock_at_start.offset_ns)
             : zero_ns;
}

}  // namespace

std::optional<RunTimes> times_of(std::span<const HostOutcome> hosts) {
  std::optional<RunTimes> times;
  std::int64_t uncertainty_ns = 0;
  for (const HostOutcome& host : hosts) {
    if (!has_samples(host)) continue;
    const HostSummary& summary = host.summary;
    if (!times || uncertainty_of(summary) < uncertainty_ns) {
      uncertainty_ns = uncertainty_of(summary);
      const std::int64_t zero_ns = zero_by(summary);
      if (!times) times = {zero_ns, summary.first_elapsed_ns, summary.last_elapsed_ns};
      times->zero_ns = zero_ns;
    }
    times->first_elapsed_ns = std::min(times->first_elapsed_ns, summary.first_elapsed_ns);
    times->last_elapsed_ns = std::max(times->last_elapsed_ns, summary.last_elapsed_ns);
  }
  return times;
}

RunInfo summarize(std::span<const HostOutcome> hosts, double interval_seconds) {
  RunInfo run;
  bool complete = true;
  for (const HostOutcome& host : hosts) {
    run.hosts_requested.push_back(host.summary.name);
    complete = complete && host.state == HostState::complete;
    if (!has_samples(host)) continue;
    run.hosts_collected.push_back(host.summary.name);
    run.num_samples += host.summary.samples;
  }
  run.collection_interval_seconds = interval_seconds;
  if (const auto times = times_of(hosts)) {
    run.start_time = base::timestamp(base::wrapping_sum(times->zero_ns, times->first_elapsed_ns));
    run.end_time = base::timestamp(base::wrapping_sum(times->zero_ns, times->last_elapsed_ns));
  }
  run.completeness = complete ? Completeness::complete : Completeness::incomplete;
  run.title = fmt::format("Metrics of {} host{}, every {} s", run.hosts_collected.size(),
                          run.hosts_collected.size() == 1 ? "" : "s", interval_seconds);
  return run;
}

}  // namespace tscollect::block
