#pragma once

// The attributes and tables of the root group and of /host_table.

#include "block/run_info.hpp"
#include "store/run_file/layout.hpp"
#include "store/run_file/layout_types.hpp"

#include <tscollect/version.hpp>

#include <array>

namespace tscollect::store::layout {

using block::Completeness;
using block::HostOutcome;
using block::HostState;
using block::HostSummary;
using block::RunCommand;
using block::RunInfo;
using block::RunPhase;

/// A text of this build, which is not read.
template <const std::string_view& Text>
constexpr Field<RunInfo, std::string> constant() {
  return {[](const RunInfo&) { return std::string(Text); }, nullptr};
}

inline constexpr auto run_attributes = std::to_array<Attribute<RunInfo>>({
    {"title", member<RunInfo, &RunInfo::title>(), Presence::required},
    {"Conventions", constant<conventions>(), Presence::required},
    {schema, constant<schema_version>(), Presence::required},
    {"tscollect_version", constant<version>(), Presence::required},
    {"collection_interval_seconds", member<RunInfo, &RunInfo::collection_interval_seconds>(),
     Presence::required},
    {"start_time", member<RunInfo, &RunInfo::start_time>()},
    {"end_time", member<RunInfo, &RunInfo::end_time>()},
    {"num_samples", member<RunInfo, &RunInfo::num_samples>(), Presence::required},
    {"collection_method", member<RunInfo, &RunInfo::collection_method>(), Presence::required},
    {"hosts_requested", member<RunInfo, &RunInfo::hosts_requested>()},
    {"hosts_collected", member<RunInfo, &RunInfo::hosts_collected>()},
    {"completeness",
     name_of<RunInfo, &RunInfo::completeness, Completeness::complete, Completeness::incomplete,
             Completeness::recovered>(),
     Presence::required},
    {"stop_reason", member<RunInfo, &RunInfo::stop_reason>()},
    {history, member<RunInfo, &RunInfo::history>(), Presence::required},
});

/// Of the command that tscollect-run ran while collecting; without command_begin there was none.
inline constexpr auto command_attributes = std::to_array<Attribute<RunCommand>>({
    {"command_line", member<RunCommand, &RunCommand::line>()},
    {"command_host", member<RunCommand, &RunCommand::host>()},
    {command_begin, member<RunCommand, &RunCommand::begin>()},
    {"command_end", member<RunCommand, &RunCommand::end>()},
    {"command_exit_status", member<RunCommand, &RunCommand::exit_status>()},
});

/// In the root group; a run without marked phases has none of it.
inline constexpr TableLayout<RunPhase, 4> phases = {
    "phase",
    member<RunPhase, &RunPhase::name>(),
    {{
        {{.name = "phase_begin", .units = time_units}, member<RunPhase, &RunPhase::begin_ns>()},
        {{.name = "phase_end", .units = time_units}, member<RunPhase, &RunPhase::end_ns>()},
        {{"phase_level"}, member<RunPhase, &RunPhase::level>()},
        {{"phase_host"}, member<RunPhase, &RunPhase::host>()},
    }}};

/// A column of the host table: a member of the host's summary.
template <auto... Path>
constexpr Column<HostOutcome> of_summary(ListLayout list,
                                         bool (*is_known)(const HostOutcome&) = nullptr) {
  return {list, member<HostOutcome, &HostOutcome::summary, Path...>(), Presence::optional,
          is_known};
}

inline bool has_samples(const HostOutcome& host) { return host.summary.samples > 0; }
inline bool knows_start(const HostOutcome& host) {
  return host.summary.clock_at_start.is_measured();
}
inline bool knows_stop(const HostOutcome& host) { return host.summary.clock_at_stop.is_measured(); }

using Clock = block::ClockOffset;
inline constexpr const char* ns = "nanoseconds";

inline constexpr TableLayout<HostOutcome, 23> host_table = {
    "host",
    member<HostOutcome, &HostOutcome::summary, &HostSummary::name>(),
    {{
        of_summary<&HostSummary::samples>({"samples"}),
        of_summary<&HostSummary::first_time_ns>({.name = "first", .units = time_units},
                                                has_samples),
        of_summary<&HostSummary::last_time_ns>({.name = "last", .units = time_units}, has_samples),
        of_summary<&HostSummary::missed_ticks>(
            {"missed", "ticks skipped because the one before took too long"}),
        of_summary<&HostSummary::gap_count>({"gaps", "runs of ticks without a sample"}),
        of_summary<&HostSummary::late_ticks>(
            {"late", "samples more than a tenth of the interval after their tick"}),
        of_summary<&HostSummary::dropped_samples>(
            {"dropped",
             "samples taken and not kept: beyond the largest number, or lost with a part of a "
             "journal"}),
        of_summary<&HostSummary::error_count>({"errors", "failed readings of a source"}),
        of_summary<&HostSummary::reset_count>(
            {"resets", "times that the counters of a device fell"}),
        of_summary<&HostSummary::clock_at_start, &Clock::offset_ns>(
            {"clock_offset_start", "this host's clock minus that of rank 0, at start", ns},
            knows_start),
        of_summary<&HostSummary::clock_at_start, &Clock::uncertainty_ns>(
            {"clock_uncertainty_start", "half the shortest round trip", ns}, knows_start),
        of_summary<&HostSummary::clock_at_stop, &Clock::offset_ns>(
            {"clock_offset_stop", "this host's clock minus that of rank 0, at stop", ns},
            knows_stop),
        of_summary<&HostSummary::clock_at_stop, &Clock::uncertainty_ns>(
            {"clock_uncertainty_stop", "half the shortest round trip", ns}, knows_stop),
        of_summary<&HostSummary::clock_at_start, &Clock::mono_offset_ns>(
            {"monotonic_offset_start", "this host's monotonic clock minus that of rank 0, at start",
             ns},
            knows_start),
        of_summary<&HostSummary::clock_at_stop, &Clock::mono_offset_ns>(
            {"monotonic_offset_stop", "this host's monotonic clock minus that of rank 0, at stop",
             ns},
            knows_stop),
        of_summary<&HostSummary::late_p50_ns>({"lateness_p50", "median lateness of the ticks", ns},
                                              has_samples),
        of_summary<&HostSummary::late_p99_ns>(
            {"lateness_p99", "99th percentile of the lateness", ns}, has_samples),
        of_summary<&HostSummary::late_max_ns>({"lateness_max", "largest lateness", ns},
                                              has_samples),
        of_summary<&HostSummary::duration_p50_ns>(
            {"duration_p50", "median time that a sample took", ns}, has_samples),
        of_summary<&HostSummary::duration_p99_ns>(
            {"duration_p99", "99th percentile of that time", ns}, has_samples),
        of_summary<&HostSummary::duration_max_ns>({"duration_max", "longest sample", ns},
                                                  has_samples),
        {{"state"},
         name_of<HostOutcome, &HostOutcome::state, HostState::complete, HostState::partial,
                 HostState::missing, HostState::recovered>()},
        {{"why"}, member<HostOutcome, &HostOutcome::why>()},
    }},
    true};

}  // namespace tscollect::store::layout
