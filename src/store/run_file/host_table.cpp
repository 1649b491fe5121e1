#include "store/run_file/host_table.hpp"

namespace tscollect::store {

namespace {

using block::HostSummary;

bool has_samples(const HostSummary& host) { return host.samples > 0; }
bool knows_start(const HostSummary& host) { return host.clock_at_start.uncertainty_ns >= 0; }
bool knows_stop(const HostSummary& host) { return host.clock_at_stop.uncertainty_ns >= 0; }

template <std::int64_t HostSummary::*TableMember>
std::int64_t& member(HostSummary& host) {
  return host.*TableMember;
}

template <block::ClockOffset HostSummary::*Clock, std::int64_t block::ClockOffset::*TableMember>
std::int64_t& clock(HostSummary& host) {
  return host.*Clock.*TableMember;
}

using Clock = block::ClockOffset;

const std::array<HostTableColumn, host_table_column_count> columns = {{
    {"samples", nullptr, nullptr, false, member<&HostSummary::samples>, nullptr},
    {"first", nullptr, nullptr, true, member<&HostSummary::first_time_ns>, has_samples},
    {"last", nullptr, nullptr, true, member<&HostSummary::last_time_ns>, has_samples},
    {"missed", "ticks skipped because the one before took too long", nullptr, false,
     member<&HostSummary::missed_ticks>, nullptr},
    {"gaps", "runs of ticks without a sample", nullptr, false, member<&HostSummary::gap_count>,
     nullptr},
    {"late", "samples more than a tenth of the interval after their tick", nullptr, false,
     member<&HostSummary::late_ticks>, nullptr},
    {"dropped",
     "samples taken and not kept: beyond the largest number, or lost with a part of a journal",
     nullptr, false, member<&HostSummary::dropped_samples>, nullptr},
    {"errors", "failed readings of a source", nullptr, false, member<&HostSummary::error_count>,
     nullptr},
    {"resets", "times that the counters of a device fell", nullptr, false,
     member<&HostSummary::reset_count>, nullptr},
    {"clock_offset_start", "this host's clock minus that of rank 0, at start", "nanoseconds", false,
     clock<&HostSummary::clock_at_start, &Clock::offset_ns>, knows_start},
    {"clock_uncertainty_start", "half the shortest round trip", "nanoseconds", false,
     clock<&HostSummary::clock_at_start, &Clock::uncertainty_ns>, knows_start},
    {"clock_offset_stop", "this host's clock minus that of rank 0, at stop", "nanoseconds", false,
     clock<&HostSummary::clock_at_stop, &Clock::offset_ns>, knows_stop},
    {"clock_uncertainty_stop", "half the shortest round trip", "nanoseconds", false,
     clock<&HostSummary::clock_at_stop, &Clock::uncertainty_ns>, knows_stop},
    {"monotonic_offset_start", "this host's monotonic clock minus that of rank 0, at start",
     "nanoseconds", false, clock<&HostSummary::clock_at_start, &Clock::mono_offset_ns>,
     knows_start},
    {"monotonic_offset_stop", "this host's monotonic clock minus that of rank 0, at stop",
     "nanoseconds", false, clock<&HostSummary::clock_at_stop, &Clock::mono_offset_ns>, knows_stop},
    {"lateness_p50", "median lateness of the ticks", "nanoseconds", false,
     member<&HostSummary::late_p50_ns>, has_samples},
    {"lateness_p99", "99th percentile of the lateness", "nanoseconds", false,
     member<&HostSummary::late_p99_ns>, has_samples},
    {"lateness_max", "largest lateness", "nanoseconds", false, member<&HostSummary::late_max_ns>,
     has_samples},
    {"duration_p50", "median time that a sample took", "nanoseconds", false,
     member<&HostSummary::duration_p50_ns>, has_samples},
    {"duration_p99", "99th percentile of that time", "nanoseconds", false,
     member<&HostSummary::duration_p99_ns>, has_samples},
    {"duration_max", "longest sample", "nanoseconds", false, member<&HostSummary::duration_max_ns>,
     has_samples},
}};

}  // namespace

const std::array<HostTableColumn, host_table_column_count>& host_table_columns() { return columns; }

}  // namespace tscollect::store
