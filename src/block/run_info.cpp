#include "block/run_info.hpp"

#include <tscollect/time.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace tscollect::record {

namespace {

std::string timestamp(std::int64_t time_ns) {
  return format_timestamp(WallTime(std::chrono::nanoseconds(time_ns)));
}

}  // namespace

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

RunInfo summarize(std::span<const HostOutcome> hosts, double interval_seconds) {
  RunInfo run;
  std::int64_t first = 0;
  std::int64_t last = 0;
  bool complete = true;
  for (const HostOutcome& host : hosts) {
    run.hosts_requested.push_back(host.summary.name);
    complete = complete && host.state == HostState::complete;
    if (host.state == HostState::missing || host.summary.samples == 0) continue;
    if (run.hosts_collected.empty() || host.summary.first_time_ns < first)
      first = host.summary.first_time_ns;
    if (run.hosts_collected.empty() || host.summary.last_time_ns > last)
      last = host.summary.last_time_ns;
    run.hosts_collected.push_back(host.summary.name);
    run.num_samples += host.summary.samples;
  }
  run.collection_interval_seconds = interval_seconds;
  if (run.num_samples > 0) {
    run.start_time = timestamp(first);
    run.end_time = timestamp(last);
  }
  run.completeness = complete ? Completeness::complete : Completeness::incomplete;
  run.title = fmt::format("Metrics of {} host{}, every {} s", run.hosts_collected.size(),
                          run.hosts_collected.size() == 1 ? "" : "s", interval_seconds);
  return run;
}

}  // namespace tscollect::record
