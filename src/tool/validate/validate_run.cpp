#include "tool/validate/validate.hpp"
#include "analysis/run_clock.hpp"
#include "analysis/run_sums.hpp"
#include "base/format.hpp"
#include "store/run_file/run_file_writer.hpp"
#include "store/hdf5/store_error.hpp"
#include "store/run_file/structure_check.hpp"
#include "store/hdf5/text.hpp"

#include <tscollect/version.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace tscollect::tool {

namespace {

using block::HostOutcome;
using block::HostState;
using store::Diagnostics;

/// Whether both lists have the same hosts, in any order.
bool same_names(std::vector<std::string> one, std::vector<std::string> other) {
  std::ranges::sort(one);
  std::ranges::sort(other);
  return one == other;
}

void validate_hosts(const store::RunFileReader& reader, const PlaceSink& at,
                    store::StructureCheck& structure, Verdict& verdict) {
  for (const HostOutcome& host : reader.hosts()) {
    at("/hosts/" + store::escape_name(host.summary.name));
    structure.check_host(host, verdict.diagnostics);
    if (host.state == HostState::missing) continue;
    try {
      check_values(reader.open_host(host.summary.name), verdict.diagnostics);
    } catch (const store::StoreError& error) {
      store::add_store_error("unreadable-host", verdict.file, "/", error, verdict.diagnostics);
    }
  }
  structure.check_rest(verdict.diagnostics);
}

/// Checks the sidecar, if there is one: a run's file may be passed on without it.
void validate_beside(const std::filesystem::path& path, const store::RunFileReader& reader,
                     Verdict& verdict) {
  const std::filesystem::path sidecar = store::sidecar_path(path);
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(sidecar, ignored)) return;
  const RunFacts facts{path.filename().string(), reader.run(), reader.hosts()};
  check_sidecar(read_sidecar(sidecar), facts, verdict.diagnostics);
  verdict.summary += fmt::format(", with {}", sidecar.filename().string());
}

}  // namespace

void check_table(const block::RunInfo& run, std::span<const HostOutcome> hosts,
                 Diagnostics& diagnostics) {
  std::vector<std::string> collected;
  std::set<std::string> names;
  std::int64_t samples = 0;
  bool complete = true;
  for (const HostOutcome& host : hosts) {
    const block::HostSummary& summary = host.summary;
    names.insert(summary.name);
    complete = complete && host.state == HostState::complete;
    if (summary.samples < 0)
      diagnostics.error("declared-found", "/host_table/samples",
                        fmt::format("is {} for {}", summary.samples, summary.name));
    if (host.state == HostState::missing || summary.samples <= 0) continue;
    collected.push_back(summary.name);
    if (__builtin_add_overflow(samples, summary.samples, &samples)) samples = -1;
  }
  if (samples != run.num_samples)
    diagnostics.error(
        "declared-found", "/",
        fmt::format("has num_samples {}, and its host table {}", run.num_samples, samples));
  if (!same_names(run.hosts_collected, collected))
    diagnostics.error("declared-found", "/",
                      "has other hosts_collected than those with samples in its host table");
  for (const std::string& name : run.hosts_requested)
    if (!names.contains(name))
      diagnostics.error(
          "declared-found", "/",
          fmt::format("lists {} in hosts_requested, but not in its host table", name));
  if ((run.completeness == block::Completeness::complete) != complete &&
      run.completeness != block::Completeness::recovered)
    diagnostics.error(
        "declared-found", "/",
        fmt::format("is {}, and in its host table {}", block::to_string(run.completeness),
                    complete ? "every host is complete" : "not every host is complete"));
}

void check_phases(const store::RunFileReader& reader, Diagnostics& diagnostics) {
  const std::vector<block::RunPhase>& phases = reader.run().phases;
  if (phases.empty()) return;
  const analysis::RunClock clock = analysis::clock_of(reader);
  const analysis::TickGrid grid = analysis::grid_of(reader, analysis::most_summary_steps);
  for (std::size_t i = 0; i < phases.size(); ++i) {
    const block::RunPhase& phase = phases[i];
    const auto row = static_cast<std::int64_t>(i);
    if (phase.name.empty()) diagnostics.error_at("phase", "/phase", row, "has no name");
    if (phase.level < 0)
      diagnostics.error_at("phase", "/phase_level", row, fmt::format("is {}", phase.level));
    if (phase.end_ns < phase.begin_ns)
      diagnostics.error_at("phase", "/phase_end", row, "lies before the phase's begin");
    else if (grid.size() > 0 && (clock.seconds(phase.begin_ns) > grid.end(grid.size() - 1) ||
                                 clock.seconds(phase.end_ns) < grid.end(0)))
      diagnostics.add(
          {store::Severity::warning, "phase", "/phase", row, "lies outside of the run"});
  }
}

void validate_run(const std::filesystem::path& path, const PlaceSink& at, Verdict& verdict) {
  verdict.kind = "run";
  at("/");
  std::optional<store::StructureCheck> structure;
  try {
    structure.emplace(path);
  } catch (const store::ForeignFile& error) {
    verdict.unreadable = error.what();
    return;
  } catch (const store::StoreError& error) {
    store::add_store_error("unreadable", verdict.file, "/", error, verdict.diagnostics);
    return;
  }
  if (structure->is_newer())
    verdict.diagnostics.warn("schema", "/",
                             fmt::format("has schema {}: what it added to {} is not checked",
                                         structure->schema(), schema_version));
  structure->check_root(verdict.diagnostics);
  try {
    const store::RunFileReader reader(path);
    verdict.summary = fmt::format("schema {}, {}, {}, {}", structure->schema(),
                                  block::to_string(reader.run().completeness),
                                  base::counted(std::ssize(reader.hosts()), "host"),
                                  base::counted(reader.run().num_samples, "sample"));
    check_table(reader.run(), reader.hosts(), verdict.diagnostics);
    check_phases(reader, verdict.diagnostics);
    validate_hosts(reader, at, *structure, verdict);
    validate_beside(path, reader, verdict);
  } catch (const store::StoreError& error) {
    store::add_store_error("unreadable", verdict.file, "/", error, verdict.diagnostics);
  }
}

}  // namespace tscollect::tool
