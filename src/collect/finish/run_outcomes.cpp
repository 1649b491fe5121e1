#include "collect/finish/run_outcomes.hpp"

#include "base/process/background_task.hpp"
#include "base/text/format.hpp"
#include "base/log.hpp"
#include "block/clock_columns.hpp"
#include "block/privacy.hpp"
#include "collect/job_environment.hpp"
#include "store/run_file/run_file_writer.hpp"

#include <tscollect/version.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace tscollect::collect {

namespace {

/// Why a host's data are incomplete; empty if they are complete.
std::string what_is_lost(const block::HostBlock& block, const KnownHost& host) {
  std::vector<std::string> lost;
  if (!block.summary.sampling_error.empty()) lost.push_back(block.summary.sampling_error);
  if (!block.summary.reading_error.empty()) lost.push_back(block.summary.reading_error);
  if (block::misses_much(block.summary)) {
    if (host.joined_after)
      lost.push_back(fmt::format("joined {:.1f} s after the start",
                                 std::chrono::duration<double>(*host.joined_after).count()));
    lost.push_back(fmt::format("{} ticks missed", block.summary.missed_ticks));
  }
  if (block.summary.dropped_samples > 0)
    lost.push_back(fmt::format("{} samples dropped", block.summary.dropped_samples));
  for (const std::string& name : block.sources_requested)
    if (std::ranges::find(block.sources, name, &block::HostSource::name) == block.sources.end() &&
        std::ranges::find(block.errors, name, &block::HostError::source) != block.errors.end())
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

void RunOutcomes::set_marks(marks::Marks&& marks, MonoTime zero) {
  marks_ = std::move(marks);
  zero_ = zero;
  if (!marks_.command || marks_.command->begin.empty()) return;
  command_ = marks_.command;
  if (command_->exit_status && stop_reason_.cause == sampling::StopCause::clean_stop)
    stop_reason_.text = fmt::format("command ended ({})", *command_->exit_status);
}

marks::MarkedPhases RunOutcomes::phases() const {
  return marks::phases_of(marks_, marks::clocks_of(outcomes_, zero_.time_since_epoch().count()));
}

void RunOutcomes::add(const block::HostBlock& block, const KnownHost& host) {
  const std::string lost = what_is_lost(block, host);
  outcomes_.push_back(
      {block.summary, lost.empty() ? block::HostState::complete : block::HostState::partial, lost});
  if (options_.verbosity > 0)
    base::log("tscollect-mpi: {}: {} samples, {} bytes{}{}\n", block.summary.name,
              block.summary.samples, block.payload.size(), lost.empty() ? "" : ", ", lost);
}

void RunOutcomes::add_missing(const std::string& name, std::string why) {
  block::HostOutcome outcome;
  outcome.summary.name = name;
  outcome.state = block::HostState::missing;
  outcome.why = options_.is_private ? block::without_paths(why) : std::move(why);
  outcomes_.push_back(std::move(outcome));
}

void RunOutcomes::sort() {
  std::ranges::sort(outcomes_, {},
                    [](const block::HostOutcome& outcome) { return outcome.summary.name; });
}

bool RunOutcomes::nobody_is_there() const {
  return std::ranges::all_of(outcomes_, [](const block::HostOutcome& outcome) {
    return outcome.state == block::HostState::missing;
  });
}

block::RunInfo RunOutcomes::describe() const {
  block::RunInfo run =
      block::summarize(outcomes_, std::chrono::duration<double>(options_.interval).count());
  run.stop_reason = stop_reason_.text;
  run.command = command_;
  run.labels = options_.labels;
  run.job_ids = job_ids_from_environment();
  run.history = fmt::format("{} tscollect-mpi {}: {}", format_timestamp(wall_now()), version,
                            options_.command_line);
  if (options_.is_private) block::hide_private(run);
  return run;
}

void RunOutcomes::describe(options::RunStatus& status, const std::filesystem::path& written) const {
  constexpr std::size_t most_told = 20;
  status.stop_reason = stop_reason_.text;
  if (written.empty()) return;
  const block::RunInfo run = describe();
  std::error_code ignored;
  status.written.push_back(std::filesystem::absolute(written, ignored).string());
  if (status.error.empty())
    status.written.push_back(
        std::filesystem::absolute(store::sidecar_path(written), ignored).string());
  status.completeness = block::to_string(run.completeness);
  status.hosts_requested = static_cast<std::int64_t>(run.hosts_requested.size());
  status.hosts_collected = static_cast<std::int64_t>(run.hosts_collected.size());
  status.samples = run.num_samples;
  status.bytes = static_cast<std::int64_t>(size_of(written, options_.timeout));
  for (const block::HostOutcome& outcome : outcomes_)
    if (outcome.state != block::HostState::complete && status.incomplete_hosts.size() < most_told)
      status.incomplete_hosts.push_back({outcome.summary.name, outcome.why});
}

/// Reports missed ticks of complete hosts, which are no reason for concern.
void RunOutcomes::log_few_missed_ticks() const {
  std::int64_t ticks = 0;
  std::int64_t hosts = 0;
  for (const block::HostOutcome& outcome : outcomes_) {
    if (outcome.state != block::HostState::complete || outcome.summary.missed_ticks == 0) continue;
    ticks += outcome.summary.missed_ticks;
    ++hosts;
  }
  if (hosts == 0 || options_.verbosity < 0) return;
  base::log("tscollect-mpi: {} skipped on {}, less than 1 % of the ticks of each\n",
            base::counted(ticks, "tick"), base::counted(hosts, "host"));
}

base::ExitStatus RunOutcomes::report(const std::filesystem::path& target) const {
  const block::RunInfo run = describe();
  const bool complete = run.completeness == block::Completeness::complete;
  const auto bytes = size_of(target, options_.timeout);
  if (options_.verbosity >= 0 || !complete)
    base::log("tscollect-mpi: wrote {} ({}, {} of {} hosts, {} samples, {} KiB); stopped by {}\n",
              target.string(), block::to_string(run.completeness), run.hosts_collected.size(),
              run.hosts_requested.size(), run.num_samples, (bytes + 1023) / 1024,
              stop_reason_.text);
  log_few_missed_ticks();
  for (const std::string& note : phases().notes) base::log("tscollect-mpi: {}\n", note);
  for (const block::HostOutcome& outcome : outcomes_)
    if (outcome.state == block::HostState::partial)
      base::log("tscollect-mpi: {}: {}\n", outcome.summary.name, outcome.why);
  if (run.num_samples == 0) return base::ExitStatus::nothing;
  return complete ? base::ExitStatus::complete : base::ExitStatus::incomplete;
}

}  // namespace tscollect::collect
