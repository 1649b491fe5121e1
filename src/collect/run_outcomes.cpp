#include "collect/run_outcomes.hpp"

#include "base/background_task.hpp"
#include "base/format.hpp"
#include "base/log.hpp"
#include "block/clock_columns.hpp"
#include "collect/job_environment.hpp"
#include "store/run_file/run_file_writer.hpp"

#include <tscollect/version.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace tscollect::app {

namespace {

/// Why a host's data is not all there; empty if it is.
std::string what_is_lost(const record::HostBlock& block, const KnownHost& host) {
  std::vector<std::string> lost;
  if (!block.summary.sampling_fault.empty()) lost.push_back(block.summary.sampling_fault);
  if (record::misses_much(block.summary)) {
    if (host.joined_after)
      lost.push_back(fmt::format("joined {:.1f} s after the start",
                                 std::chrono::duration<double>(*host.joined_after).count()));
    lost.push_back(fmt::format("{} ticks missed", block.summary.missed_ticks));
  }
  if (block.summary.dropped_samples > 0)
    lost.push_back(fmt::format("{} samples dropped", block.summary.dropped_samples));
  for (const std::string& name : block.sources_requested)
    if (std::ranges::find(block.sources, name, &record::HostSource::name) == block.sources.end() &&
        std::ranges::find(block.errors, name, &record::HostError::source) != block.errors.end())
      lost.push_back(fmt::format("nothing from {}", name));
  return fmt::format("{}", fmt::join(lost, ", "));
}

std::uintmax_t size_of(const std::filesystem::path& file, std::chrono::nanoseconds limit) {
  const auto size = run_within(limit, [file] {
    std::error_code error;
    const auto bytes = std::filesystem::file_size(file, error);
    return error ? 0 : bytes;
  });
  return size.value_or(0);
}

}  // namespace

void RunOutcomes::set_command(const MeasuredCommand& command) {
  command_ = {command.line, command.host, command.begin, command.end, command.exit_status};
  if (command.exit_status && stop_reason_ == "SIGUSR1")
    stop_reason_ = fmt::format("command ended ({})", *command.exit_status);
}

void RunOutcomes::add(const record::HostBlock& block, const KnownHost& host) {
  const std::string lost = what_is_lost(block, host);
  outcomes_.push_back({block.summary,
                       lost.empty() ? record::HostState::complete : record::HostState::partial,
                       lost});
  if (options_.verbosity > 0)
    record::tell("tscollect-mpi: {}: {} samples, {} bytes{}{}\n", block.summary.name,
                 block.summary.samples, block.payload.size(), lost.empty() ? "" : ", ", lost);
}

void RunOutcomes::add_missing(const std::string& name, std::string why) {
  record::HostOutcome outcome;
  outcome.summary.name = name;
  outcome.state = record::HostState::missing;
  outcome.why = std::move(why);
  outcomes_.push_back(std::move(outcome));
}

void RunOutcomes::sort() {
  std::ranges::sort(outcomes_, {},
                    [](const record::HostOutcome& outcome) { return outcome.summary.name; });
}

bool RunOutcomes::nobody_is_there() const {
  return std::ranges::all_of(outcomes_, [](const record::HostOutcome& outcome) {
    return outcome.state == record::HostState::missing;
  });
}

record::RunInfo RunOutcomes::describe() const {
  record::RunInfo run =
      record::summarize(outcomes_, std::chrono::duration<double>(options_.interval).count());
  run.stop_reason = stop_reason_;
  run.command = command_;
  run.labels = options_.labels;
  run.job_ids = job_ids_from_environment();
  run.history = fmt::format("{} tscollect-mpi {}: {}", format_timestamp(wall_now()), version,
                            options_.command_line);
  return run;
}

void RunOutcomes::describe(RunStatus& status, const std::filesystem::path& written) const {
  constexpr std::size_t most_told = 20;
  status.stop_reason = stop_reason_;
  if (written.empty()) return;
  const record::RunInfo run = describe();
  std::error_code ignored;
  for (const auto& path : {written, store::sidecar_path(written)})
    status.written.push_back(std::filesystem::absolute(path, ignored).string());
  status.completeness = record::to_string(run.completeness);
  status.hosts_requested = static_cast<std::int64_t>(run.hosts_requested.size());
  status.hosts_collected = static_cast<std::int64_t>(run.hosts_collected.size());
  status.samples = run.num_samples;
  status.bytes = static_cast<std::int64_t>(size_of(written, options_.timeout));
  for (const record::HostOutcome& outcome : outcomes_)
    if (outcome.state != record::HostState::complete && status.trouble.size() < most_told)
      status.trouble.push_back({outcome.summary.name, outcome.why});
}

/// Of complete hosts: seen, and no reason to worry.
void RunOutcomes::tell_of_few_missed_ticks() const {
  std::int64_t ticks = 0;
  std::int64_t hosts = 0;
  for (const record::HostOutcome& outcome : outcomes_) {
    if (outcome.state != record::HostState::complete || outcome.summary.missed_ticks == 0) continue;
    ticks += outcome.summary.missed_ticks;
    ++hosts;
  }
  if (hosts == 0 || options_.verbosity < 0) return;
  record::tell("tscollect-mpi: {} skipped on {}, less than 1 % of the ticks of each\n",
               counted(ticks, "tick"), counted(hosts, "host"));
}

ExitStatus RunOutcomes::report(const std::filesystem::path& target) const {
  const record::RunInfo run = describe();
  const bool complete = run.completeness == record::Completeness::complete;
  const auto bytes = size_of(target, options_.timeout);
  if (options_.verbosity >= 0 || !complete)
    record::tell(
        "tscollect-mpi: wrote {} ({}, {} of {} hosts, {} samples, {} KiB); stopped by {}\n",
        target.string(), record::to_string(run.completeness), run.hosts_collected.size(),
        run.hosts_requested.size(), run.num_samples, (bytes + 1023) / 1024, stop_reason_);
  tell_of_few_missed_ticks();
  for (const record::HostOutcome& outcome : outcomes_)
    if (outcome.state == record::HostState::partial)
      record::tell("tscollect-mpi: {}: {}\n", outcome.summary.name, outcome.why);
  if (run.num_samples == 0) return ExitStatus::nothing;
  return complete ? ExitStatus::complete : ExitStatus::incomplete;
}

}  // namespace tscollect::app
