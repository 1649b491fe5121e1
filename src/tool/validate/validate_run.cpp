#include "analysis/run_clock.hpp"
#include "analysis/run_sums.hpp"
#include "base/text/format.hpp"
#include "store/hdf5/store_error.hpp"
#include "store/hdf5/text.hpp"
#include "store/run_file/run_file_writer.hpp"
#include "tool/validate/validate.hpp"

#include <tscollect/time.hpp>

#include <fmt/format.h>

#include <cmath>
#include <set>
#include <system_error>
#include <vector>

namespace tscollect::tool {

namespace {

using block::HostOutcome;
using block::HostState;
using store::Diagnostics;
using Names = std::multiset<std::string>;

void check_interval_and_times(const block::RunInfo& run, Diagnostics& diagnostics) {
  const double interval = run.collection_interval_seconds;
  if (!std::isfinite(interval) || interval <= 0)
    diagnostics.error("attribute", "/", "has no collection_interval_seconds above 0");
  const auto parsed = [&](const char* name, const std::string& text) {
    Result<WallTime> time = parse_timestamp(text);
    if (!time && (run.num_samples > 0 || !text.empty()))
      diagnostics.error("attribute", "/", "has an invalid {} '{}'", name, text);
    return time;
  };
  const Result<WallTime> start = parsed("start_time", run.start_time);
  const Result<WallTime> end = parsed("end_time", run.end_time);
  if (start && end && *end < *start)
    diagnostics.error("attribute", "/", "has an end_time before its start_time");
}

/// Checks the run's attributes against its host table.
void check_table(const block::RunInfo& run, const std::vector<HostOutcome>& hosts,
                 Diagnostics& diagnostics) {
  Names names;
  Names collected;
  std::int64_t samples = 0;
  bool complete = true;
  for (const HostOutcome& host : hosts) {
    const block::HostSummary& summary = host.summary;
    names.insert(summary.name);
    complete = complete && host.state == HostState::complete;
    if (summary.samples < 0)
      diagnostics.error("declared-found", "/host_table/samples", "is {} for {}", summary.samples,
                        summary.name);
    if (host.state == HostState::missing || summary.samples <= 0) continue;
    collected.insert(summary.name);
    if (__builtin_add_overflow(samples, summary.samples, &samples)) samples = -1;
  }
  if (run.num_samples < 0) diagnostics.error("attribute", "/", "has a num_samples below 0");
  if (samples != run.num_samples)
    diagnostics.error("declared-found", "/", "has num_samples {}, and its host table {}",
                      run.num_samples, samples);
  if (Names(run.hosts_collected.begin(), run.hosts_collected.end()) != collected)
    diagnostics.error("declared-found", "/",
                      "has other hosts_collected than those with samples in its host table");
  for (const std::string& name : run.hosts_requested)
    if (!names.contains(name))
      diagnostics.error("declared-found", "/",
                        "lists {} in hosts_requested, but not in its host table", name);
  if ((run.completeness == block::Completeness::complete) != complete &&
      run.completeness != block::Completeness::recovered)
    diagnostics.error("declared-found", "/", "is {}, and in its host table {}",
                      block::to_string(run.completeness),
                      complete ? "every host is complete" : "not every host is complete");
}

/// Checks the marked phases against each other and the run.
void check_phases(const store::RunFileReader& run, Diagnostics& diagnostics) {
  if (run.run().phases.empty()) return;
  const analysis::RunClock clock = analysis::clock_of(run);
  const analysis::TickGrid grid = analysis::grid_of(run, analysis::most_summary_steps);
  std::int64_t row = 0;
  for (const block::RunPhase& phase : run.run().phases) {
    if (phase.name.empty()) diagnostics.error_at("phase", "/phase", row, "has no name");
    if (phase.level < 0) diagnostics.error_at("phase", "/phase_level", row, "is {}", phase.level);
    if (phase.end_ns < phase.begin_ns)
      diagnostics.error_at("phase", "/phase_end", row, "lies before the phase's begin");
    else if (grid.size() > 0 && (clock.seconds(phase.begin_ns) > grid.end(grid.size() - 1) ||
                                 clock.seconds(phase.end_ns) < grid.end(0)))
      diagnostics.warn("phase", "/phase", row, "lies outside of the run");
    ++row;
  }
}

void check_arrays(const store::RunFileReader& run, const PlaceSink& at, Verdict& verdict) {
  for (const HostOutcome& host : run.hosts()) {
    if (host.state == HostState::missing) continue;
    at("/hosts/" + store::escape_name(host.summary.name));
    try {
      check_values(run.open_host(host.summary.name, &verdict.diagnostics), verdict.diagnostics);
    } catch (const store::StoreError& error) {
      verdict.diagnostics.add_store_error("unreadable-host", verdict.file, "/", error);
    }
  }
}

}  // namespace

void validate_run(const std::filesystem::path& path, const PlaceSink& at, Verdict& verdict) {
  verdict.kind = "run";
  at("/");
  try {
    const store::RunFileReader run(path, &verdict.diagnostics);
    verdict.summary =
        fmt::format("schema {}, {}, {}, {}", run.schema(), block::to_string(run.run().completeness),
                    base::counted(std::ssize(run.hosts()), "host"),
                    base::counted(run.run().num_samples, "sample"));
    check_interval_and_times(run.run(), verdict.diagnostics);
    check_table(run.run(), run.hosts(), verdict.diagnostics);
    check_phases(run, verdict.diagnostics);
    check_arrays(run, at, verdict);
    // A run's file may be passed on without its sidecar.
    const std::filesystem::path sidecar = store::sidecar_path(path);
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(sidecar, ignored)) return;
    check_sidecar(sidecar, path.filename().string(), run, verdict.diagnostics);
    verdict.summary += fmt::format(", with {}", sidecar.filename().string());
  } catch (const store::ForeignFile& error) {
    verdict.unreadable = error.what();
  } catch (const store::StoreError& error) {
    verdict.diagnostics.add_store_error("unreadable", verdict.file, "/", error);
  }
}

}  // namespace tscollect::tool
