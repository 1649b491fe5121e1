#include "collect/gathering.hpp"

#include "base/background_task.hpp"
#include "base/format.hpp"
#include "block/clock_columns.hpp"
#include "collect/job_environment.hpp"
#include "collect/heartbeat.hpp"
#include "collect/journal_messages.hpp"
#include "base/progress.hpp"
#include "collect/protocol.hpp"
#include "gather/block_puller.hpp"
#include "journal/folder.hpp"
#include "base/log.hpp"
#include "sampling/event_wait.hpp"

#include <tscollect/version.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <new>

namespace tscollect::app {

namespace {

using namespace std::chrono_literals;
using gather::Tag;

/// In haste: so long after the stop the file is begun with those that are there. mpirun leaves a
/// rank one second between SIGTERM and SIGKILL.
constexpr std::chrono::nanoseconds hasty_wait = 500ms;
constexpr std::chrono::nanoseconds hasty_last_sample = 100ms;

/// For hosts to take their leave before the job is ended.
constexpr std::chrono::nanoseconds time_to_leave = 500ms;

/// Between two looks at blocks on their way.
constexpr std::chrono::nanoseconds shortest_pause = 20us;
constexpr std::chrono::nanoseconds longest_pause = 1ms;

/// Why a host's data is not all there; empty if it is.
std::string what_is_lost(const record::HostBlock& block) {
  std::vector<std::string> lost;
  if (!block.summary.sampling_fault.empty()) lost.push_back(block.summary.sampling_fault);
  if (record::misses_much(block.summary))
    lost.push_back(fmt::format("{} ticks missed", block.summary.missed_ticks));
  if (block.summary.dropped_samples > 0)
    lost.push_back(fmt::format("{} samples dropped", block.summary.dropped_samples));
  for (const std::string& name : block.sources_requested)
    if (std::ranges::find(block.sources, name, &record::HostSource::name) == block.sources.end() &&
        std::ranges::find(block.errors, name, &record::HostError::source) != block.errors.end())
      lost.push_back(fmt::format("nothing from {}", name));
  return fmt::format("{}", fmt::join(lost, ", "));
}

Result<record::HostBlock> unpack_if_there_is_memory(std::vector<std::byte>&& packed) try {
  return record::unpack(std::move(packed));
} catch (const std::bad_alloc&) {
  return Error{"rank 0 had no memory to unpack its samples"};
}

}  // namespace

Gathering::Gathering(gather::Mailbox& mailbox, int ranks, KnownHosts& hosts,
                     const std::vector<AbsentHost>& absent, const CollectOptions& options,
                     const record::FilePlace& output, record::Waiter& waiter,
                     const std::string& run_id, std::string stop_reason)
    : mailbox_(mailbox),
      ranks_(ranks),
      hosts_(hosts),
      absent_(absent),
      options_(options),
      output_(output),
      waiter_(waiter),
      puller_(mailbox, options.timeout),
      run_id_(run_id),
      stop_reason_(std::move(stop_reason)) {
  if (record::is_urgent(stop_reason_)) haste_.emplace(hasty_wait);
}

ExitStatus Gathering::run(HostSession& own) {
  own_ = &own;
  try {
    read_command();
    write(output_, options_.force ? record::Existing::replace : record::Existing::keep);
    if (left_out_ && in_haste()) {
      if (options_.verbosity >= 0)
        record::tell("tscollect-mpi: wrote a first {}; waiting for the others\n",
                     options_.output.string());
      haste_.reset();
      write(output_, record::Existing::replace);
    }
    written_ = options_.output;
    const ExitStatus status = report(options_.output);
    if (in_haste())
      write_aside("a sync", [&] {
        record::sync_file(output_);
        record::sync_file(output_.beside(store::sidecar_path(output_.path())));
      });
    everything_is_written_ = !left_out_;
    return status;
  } catch (const std::exception& fault) {
    error_ = fault.what();
    record::tell("tscollect-mpi: {}\n", fault.what());
  }
  written_.clear();
  const auto refuge = journal::default_folder() /
                      fmt::format("rescued-{}-{}", run_id_, options_.output.filename().string());
  try {
    // For its owner only, as the journals are that it stands for: everybody may look into /tmp.
    write(record::FilePlace(refuge), record::Existing::keep, record::Access::owner);
    error_ += fmt::format("; the data is in {} on {} instead", refuge.string(), hosts_.at(0).name);
    record::tell("tscollect-mpi: the data is in {} on {} instead; move it from there\n",
                 refuge.string(), hosts_.at(0).name);
  } catch (const std::exception& fault) {
    record::tell("tscollect-mpi: {}\n", fault.what());
  }
  return ExitStatus::not_written;
}

void Gathering::describe(RunStatus& status) const {
  constexpr std::size_t most_told = 20;
  status.error = error_;
  status.stop_reason = stop_reason_;
  if (written_.empty()) return;
  const record::RunInfo run = describe_run();
  std::error_code ignored;
  for (const auto& path : {written_, store::sidecar_path(written_)})
    status.written.push_back(std::filesystem::absolute(path, ignored).string());
  status.completeness = record::to_string(run.completeness);
  status.hosts_requested = static_cast<std::int64_t>(run.hosts_requested.size());
  status.hosts_collected = static_cast<std::int64_t>(run.hosts_collected.size());
  status.samples = run.num_samples;
  status.bytes = static_cast<std::int64_t>(std::filesystem::file_size(written_, ignored));
  for (const record::HostOutcome& outcome : outcomes_)
    if (outcome.state != record::HostState::complete && status.trouble.size() < most_told)
      status.trouble.push_back({outcome.summary.name, outcome.why});
}

void Gathering::write(const record::FilePlace& target, record::Existing existing,
                      record::Access access) {
  outcomes_.clear();
  left_out_ = false;
  somebody_is_silent_ = false;
  std::optional<store::RunFileWriter> begun;
  target_ = &target;
  write_aside("creating it", [&] { begun.emplace(target, existing, access); });
  store::RunFileWriter& writer = *begun;
  for (const auto& [rank, host] : hosts_)
    if (!host.sampling) leave_out(host, host.unreadable);
  for (const AbsentHost& host : absent_) note_missing(host.name, host.why);
  // In haste the others first: their lives may be even shorter than ours.
  const bool others_first = in_haste();
  if (!others_first) keep_own(writer);
  pull_blocks(writer);
  if (others_first) keep_own(writer);
  // Hosts that were slow to start may have told of their journals only now.
  take_ready(mailbox_, hosts_);
  std::ranges::sort(outcomes_, {},
                    [](const record::HostOutcome& outcome) { return outcome.summary.name; });
  const record::RunInfo run = describe_run();
  const auto sync = in_haste() ? record::Sync::later : record::Sync::first;
  write_aside("closing it", [&] {
    writer.finish(run, outcomes_, sync);
    store::write_sidecar(target, run, outcomes_, existing, sync, access);
  });
}

/// tscollect-run has written it before the signal that stopped us.
void Gathering::read_command() {
  if (options_.command_file.empty()) return;
  std::string text;
  write_aside("reading the command", [&] {
    std::ifstream file(options_.command_file);
    text.assign(std::istreambuf_iterator<char>(file), {});
  });
  const auto command = command_from_json(text);
  if (!command || command->begin.empty()) return;
  command_ = {command->line, command->host, command->begin, command->end, command->exit_status};
  if (command->exit_status && stop_reason_ == "SIGUSR1")
    stop_reason_ = fmt::format("command ended ({})", *command->exit_status);
}

void Gathering::note_finished() {
  while (const auto message = mailbox_.take(Tag::finished)) {
    KnownHost& host = hosts_.at(message->source);
    auto finished = decode_finished(message->text);
    host.block_bytes = finished ? finished->block_bytes : 0;
    if (!finished) continue;
    host.journal_lack = std::move(finished->journal_lack);
    host.failure = std::move(finished->failure);
  }
}

void Gathering::note_haste(std::chrono::nanoseconds pause) {
  if (in_haste()) return record::nap(pause);
  const auto reason = waiter_.wait_until(mono_now() + pause);
  if (reason && record::is_urgent(*reason)) haste_.emplace(hasty_wait);
}

void Gathering::ask_for_patience() {
  if (mono_now() < patience_due_) return;
  patience_due_ = mono_now() + patience_pause(options_.timeout);
  for (int rank = 1; rank < ranks_; ++rank) mailbox_.post(rank, Tag::patience);
}

void Gathering::write_aside(std::string_view what, const std::function<void()>& work) {
  record::Deadline deadline(options_.timeout * timeouts_to_work);
  const BackgroundTask task(work);
  while (!task.wait_until(mono_now() + patience_pause(options_.timeout) / 4)) {
    ask_for_patience();
    if (deadline.is_over()) give_up_writing(what);
  }
  task.rethrow();
}

/// The thread that is stuck uses what is on this one's stack, and HDF5 cannot be used beside it:
/// this process can do nothing more than say so. Every journal stays.
void Gathering::give_up_writing(std::string_view what) {
  record::tell("tscollect-mpi: {}: {} has not returned for {} s; the file is given up\n",
               target_->path().string(), what,
               std::chrono::duration<double>(options_.timeout * timeouts_to_work).count());
  for (int rank = 1; rank < ranks_; ++rank) mailbox_.post(rank, Tag::leave);
  hosts_.at(0).journal_lack = own_->journal_lack();
  tell_how_to_recover(hosts_, run_id_, target_->path());
  record::nap(time_to_leave);
  gather::abort_job(to_int(ExitStatus::not_written));
}

void Gathering::pull_blocks(store::RunFileWriter& writer) {
  std::set<int> waiting;
  for (const auto& [rank, host] : hosts_)
    if (rank != 0 && host.sampling) waiting.insert(rank);
  // Every host that arrives, or says that it is still at work, gives the others their full time
  // again.
  record::Deadline deadline(options_.timeout);
  std::chrono::nanoseconds pause = shortest_pause;
  Progress progress("writing", waiting.size(), "hosts", options_.verbosity == 0);
  const std::size_t before = outcomes_.size();
  while (!waiting.empty() && !(haste_ && haste_->is_over())) {
    progress.show(outcomes_.size() - before);
    note_finished();
    ask_for_patience();
    if (somebody_works(mailbox_)) deadline.restart();
    std::erase_if(waiting, [this](int rank) {
      const KnownHost& host = hosts_.at(rank);
      if (!host.failure.empty()) leave_out(host, host.failure);
      return !host.failure.empty();
    });
    for (const int rank : waiting)
      if (const auto& bytes = hosts_.at(rank).block_bytes; bytes && asked_.insert(rank).second)
        puller_.offer(rank, *bytes);
    if (auto arrival = puller_.take()) {
      if (!arrival->whole) progress.clear();
      waiting.erase(arrival->source);
      asked_.erase(arrival->source);
      add(std::move(*arrival), writer);
      deadline.restart();
      pause = shortest_pause;
      continue;
    }
    if (deadline.is_over() && puller_.idle()) break;
    note_haste(pause);
    pause = std::min(pause * 2, longest_pause);
  }
  progress.clear();
  for (const int rank : waiting)
    leave_out_silent(hosts_.at(rank),
                     !in_haste()
                         ? fmt::format("did not finish within {} s of the stop",
                                       std::chrono::duration<double>(options_.timeout).count())
                         : "had not finished when the file was written in haste");
}

void Gathering::add(gather::Arrival arrival, store::RunFileWriter& writer) {
  const KnownHost& host = hosts_.at(arrival.source);
  if (!arrival.whole)
    return leave_out_silent(host, "fell silent while its block was being transferred");
  auto block = unpack_if_there_is_memory(std::move(arrival.block));
  if (!block) return leave_out(host, block.error().message);
  block->summary.clock_at_start = host.clocks_at_start;
  block->summary.clock_at_stop = arrival.clocks;
  keep(*block, writer);
}

void Gathering::keep_own(store::RunFileWriter& writer) {
  if (!hosts_.at(0).sampling) return;
  if (!own_block_) {
    const auto grace = in_haste() ? hasty_last_sample : options_.timeout / last_sample_share;
    try {
      write_aside("packing this host's samples",
                  [this, grace] { own_block_ = own_->finish(record::Deadline(grace)); });
    } catch (const std::bad_alloc&) {
      return leave_out(hosts_.at(0), "there was no memory to pack its samples");
    }
    // The offset is to rank 0's clock, which is its own.
    own_block_->summary.clock_at_stop = {0, 0};
  }
  keep(*own_block_, writer);
}

void Gathering::keep(const record::HostBlock& block, store::RunFileWriter& writer) {
  write_aside("adding a host", [&] { writer.add_host(block); });
  const std::string lost = what_is_lost(block);
  outcomes_.push_back({block.summary,
                       lost.empty() ? record::HostState::complete : record::HostState::partial,
                       lost});
  if (options_.verbosity > 0)
    record::tell("tscollect-mpi: {}: {} samples, {} bytes{}{}\n", block.summary.name,
                 block.summary.samples, block.payload.size(), lost.empty() ? "" : ", ", lost);
}

void Gathering::leave_out(const KnownHost& host, std::string why) {
  left_out_ = left_out_ || host.sampling;
  if (!in_haste())
    record::tell("tscollect-mpi: {}: {}; the file does not hold this host\n", host.name, why);
  note_missing(host.name, std::move(why));
}

void Gathering::note_missing(const std::string& name, std::string why) {
  record::HostOutcome outcome;
  outcome.summary.name = name;
  outcome.state = record::HostState::missing;
  outcome.why = std::move(why);
  outcomes_.push_back(std::move(outcome));
}

void Gathering::leave_out_silent(const KnownHost& host, std::string why) {
  somebody_is_silent_ = true;
  leave_out(host, std::move(why));
}

record::RunInfo Gathering::describe_run() const {
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

/// Of complete hosts: seen, and no reason to worry.
void Gathering::tell_of_few_missed_ticks() const {
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

ExitStatus Gathering::report(const std::filesystem::path& target) const {
  const record::RunInfo run = describe_run();
  const bool complete = run.completeness == record::Completeness::complete;
  const auto bytes = run_within(options_.timeout, [target] {
                       std::error_code error;
                       return std::filesystem::file_size(target, error);
                     }).value_or(0);
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
