#include "collect/finish/gathering.hpp"

#include "base/text/error_text.hpp"
#include "base/files/file_place.hpp"
#include "base/log.hpp"
#include "collect/heartbeat.hpp"
#include "collect/protocol.hpp"
#include "collect/hosts/journal_messages.hpp"
#include "journal/folder.hpp"

#include <fmt/format.h>

#include <new>
#include <stdexcept>

// What is written, where, and the alternatives if writing fails. pull_blocks.cpp receives the
// blocks.

namespace tscollect::collect {

namespace {

using namespace std::chrono_literals;
using gather::Tag;

/// If SIGKILL is likely to follow, the file is begun this long after the stop with the blocks
/// received so far. mpirun sends SIGKILL after SIGTERM: that of Open MPI 4.1 one second later, that
/// of Open MPI 5 a quarter of a second.
constexpr std::chrono::nanoseconds hasty_wait = 100ms;

/// Time for hosts to leave before the job is ended.
constexpr std::chrono::nanoseconds time_to_leave = 500ms;

}  // namespace

Gathering::Gathering(gather::Mailbox& mailbox, int ranks, KnownHosts& hosts,
                     const std::vector<AbsentHost>& absent, const options::CollectOptions& options,
                     base::FilePlace output, sampling::Waiter& waiter, const std::string& run_id,
                     sampling::StopReason stop_reason, RunMarks& marks, SpareMemory& spare)
    : mailbox_(mailbox),
      hosts_(hosts),
      absent_(absent),
      options_(options),
      output_(std::move(output)),
      waiter_(waiter),
      work_(mailbox, ranks, options.timeout),
      outcomes_(options, std::move(stop_reason)),
      puller_(mailbox, options.timeout),
      ranks_(ranks),
      run_id_(run_id),
      marks_(marks),
      spare_(spare) {
  if (sampling::is_urgent(outcomes_.stop_reason().cause)) haste_.emplace(hasty_wait);
}

base::ExitStatus Gathering::run(HostSession& own) {
  own_ = &own;
  try {
    read_marks();
    write(output_, options_.force ? base::Existing::replace : base::Existing::keep);
    written_ = options_.output;
    if (left_out_ && in_haste()) {
      if (options_.verbosity >= 0)
        base::log("tscollect-mpi: wrote a first {}; waiting for the others\n",
                  options_.output.string());
      haste_.reset();
      write(output_, base::Existing::replace);
    }
    const base::ExitStatus status = outcomes_.report(options_.output);
    if (in_haste())
      write_in_background("a sync", [&] {
        base::sync_file(output_);
        if (sidecar_error_.empty())
          base::sync_file(output_.beside(store::sidecar_path(output_.path())));
      });
    everything_is_written_ = !left_out_;
    if (sidecar_error_.empty()) return status;
    base::log("tscollect-mpi: {}\n", sidecar_error_);
    return status == base::ExitStatus::complete ? base::ExitStatus::incomplete : status;
  } catch (const NoFile& error) {
    error_ = error.what();
  } catch (const std::bad_alloc& error) {
    error_ = fmt::format("{}: {}", output_.path().string(), error_text(error));
  } catch (const std::exception& error) {
    error_ = error.what();
    base::log("tscollect-mpi: {}\n", error_);
    written_.clear();
    return write_in_refuge();
  }
  written_.clear();
  base::log("tscollect-mpi: {}\n", error_);
  take_last_words();
  return base::ExitStatus::not_written;
}

base::ExitStatus Gathering::write_in_refuge() {
  const auto rescue_path =
      journal::default_folder() /
      fmt::format("rescued-{}-{}", run_id_, options_.output.filename().string());
  try {
    // Readable by its owner only, like the journals that it replaces: everybody may list /tmp.
    write(base::FilePlace(rescue_path), base::Existing::keep, base::Access::owner);
    error_ +=
        fmt::format("; the data is in {} on {} instead", rescue_path.string(), hosts_.at(0).name);
    base::log("tscollect-mpi: the data is in {} on {} instead; move it from there\n",
              rescue_path.string(), hosts_.at(0).name);
  } catch (const std::exception& error) {
    base::log("tscollect-mpi: {}\n", error_text(error));
  }
  return base::ExitStatus::not_written;
}

void Gathering::describe(options::RunStatus& status) const {
  status.error = error_.empty() ? sidecar_error_ : error_;
  outcomes_.describe(status, written_);
}

/// If memory runs out, the file is begun again: first with the reserved memory released, then
/// without the hosts whose samples need too much.
void Gathering::write(const base::FilePlace& target, base::Existing existing, base::Access access) {
  for (;;) {
    const std::size_t known = too_big_.size();
    try {
      return write_once(target, existing, access);
    } catch (const std::bad_alloc&) {
      const bool had_some = spare_ != nullptr;
      spare_.reset();
      if (!had_some && too_big_.size() == known) throw;
    }
  }
}

void Gathering::write_once(const base::FilePlace& target, base::Existing existing,
                           base::Access access) {
  outcomes_.clear();
  left_out_ = false;
  somebody_is_silent_ = false;
  out_of_memory_ = false;
  std::optional<store::RunFileWriter> begun;
  target_ = &target;
  write_in_background("creating it", [&] { begun.emplace(target, existing, access); });
  store::RunFileWriter& writer = *begun;
  for (const auto& [rank, host] : hosts_)
    if (!host.sampling) leave_out(host, host.unreadable);
  for (const AbsentHost& host : absent_) outcomes_.add_missing(host.name, host.why);
  // If time is short the other hosts' blocks come first, as those hosts may be killed earlier.
  const bool others_first = in_haste();
  if (!others_first) keep_own(writer);
  pull_blocks(writer);
  if (others_first) keep_own(writer);
  if (out_of_memory_ && outcomes_.nobody_is_there())
    throw NoFile(
        fmt::format("{}: out of memory for the samples of any host", target.path().string()));
  // Messages of hosts that were slow to start, with the paths of their journals, may arrive only
  // now.
  take_ready(mailbox_, hosts_);
  outcomes_.sort();
  block::RunInfo run = outcomes_.describe();
  run.phases = outcomes_.phases().phases;
  const auto sync = in_haste() ? base::Sync::later : base::Sync::first;
  write_in_background("closing it", [&] {
    writer.finish(run, outcomes_.all(), sync);
    write_sidecar(run, existing, sync, access);
  });
}

/// The run's file has its name by now: a sidecar that cannot be written costs only itself. One that
/// somebody else has written since the start stays, unless --force was given.
void Gathering::write_sidecar(const block::RunInfo& run, base::Existing existing, base::Sync sync,
                              base::Access access) {
  const bool may_replace = options_.force || sidecar_is_ours_;
  sidecar_error_ = store::try_to_write_sidecar(
      *target_, run, outcomes_.all(), may_replace ? existing : base::Existing::keep, sync, access);
  if (sidecar_error_.empty()) sidecar_is_ours_ = true;
}

/// What was marked before the signal that stopped us, the command by tscollect-run among it.
void Gathering::read_marks() {
  const auto limit = in_haste() ? hasty_wait / 2 : file_system_limit(options_.timeout);
  if (auto marks = marks_.close_and_read(limit))
    outcomes_.set_marks(std::move(*marks), own_->zero());
  else if (!marks_.error().empty())
    base::log("tscollect-mpi: its marks are not in the file: {}\n", marks_.error());
}

void Gathering::note_haste(std::chrono::nanoseconds pause) {
  if (in_haste()) return sampling::nap(pause);
  const auto reason = waiter_.wait_until(mono_now() + pause);
  if (reason && sampling::is_urgent(reason->cause)) haste_.emplace(hasty_wait);
}

void Gathering::write_in_background(std::string_view what, const std::function<void()>& work) {
  if (!work_.finishes(work)) give_up_writing(what);
}

/// The stuck thread uses objects on this thread's stack, and HDF5 cannot be used by two threads:
/// this process can only report the error and exit. All journals are kept.
void Gathering::give_up_writing(std::string_view what) {
  base::log("tscollect-mpi: {}: {} has not returned for {} s; no file is written\n",
            target_->path().string(), what, std::chrono::duration<double>(work_.limit()).count());
  for (int rank = 1; rank < ranks_; ++rank)
    mailbox_.post(rank, Tag::leave, encode(JournalFate::keep));
  take_last_words();
  hosts_.at(0).journal_loss = own_->journal_loss();
  log_how_to_recover(hosts_, run_id_, target_->path());
  sampling::nap(time_to_leave);
  gather::abort_job(base::to_int(base::ExitStatus::not_written));
}

}  // namespace tscollect::collect
