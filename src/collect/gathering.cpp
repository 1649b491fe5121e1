#include "collect/gathering.hpp"

#include "base/fault_words.hpp"
#include "base/file_place.hpp"
#include "base/log.hpp"
#include "base/text_file.hpp"
#include "collect/heartbeat.hpp"
#include "collect/journal_messages.hpp"
#include "journal/folder.hpp"

#include <fmt/format.h>

#include <new>
#include <stdexcept>

// The file as a whole: what is written, where, and what is tried if that fails. How the blocks come
// is in pull_blocks.cpp.

namespace tscollect::app {

namespace {

using namespace std::chrono_literals;
using gather::Tag;

/// In haste: so long after the stop the file is begun with those that are there. mpirun leaves a
/// rank one second between SIGTERM and SIGKILL.
constexpr std::chrono::nanoseconds hasty_wait = 500ms;

/// For hosts to take their leave before the job is ended.
constexpr std::chrono::nanoseconds time_to_leave = 500ms;

}  // namespace

Gathering::Gathering(gather::Mailbox& mailbox, int ranks, KnownHosts& hosts,
                     const std::vector<AbsentHost>& absent, const CollectOptions& options,
                     const record::FilePlace& output, record::Waiter& waiter,
                     const std::string& run_id, std::string stop_reason, SpareMemory& spare)
    : mailbox_(mailbox),
      hosts_(hosts),
      absent_(absent),
      options_(options),
      output_(output),
      waiter_(waiter),
      work_(mailbox, ranks, options.timeout),
      outcomes_(options, std::move(stop_reason)),
      puller_(mailbox, options.timeout),
      ranks_(ranks),
      run_id_(run_id),
      spare_(spare) {
  if (record::is_urgent(outcomes_.stop_reason())) haste_.emplace(hasty_wait);
}

ExitStatus Gathering::run(HostSession& own) {
  own_ = &own;
  try {
    read_command();
    write(output_, options_.force ? record::Existing::replace : record::Existing::keep);
    written_ = options_.output;
    if (left_out_ && in_haste()) {
      if (options_.verbosity >= 0)
        record::tell("tscollect-mpi: wrote a first {}; waiting for the others\n",
                     options_.output.string());
      haste_.reset();
      write(output_, record::Existing::replace);
    }
    const ExitStatus status = outcomes_.report(options_.output);
    if (in_haste())
      write_aside("a sync", [&] {
        record::sync_file(output_);
        record::sync_file(output_.beside(store::sidecar_path(output_.path())));
      });
    everything_is_written_ = !left_out_;
    return status;
  } catch (const NoFile& fault) {
    error_ = fault.what();
  } catch (const std::bad_alloc& fault) {
    error_ = fmt::format("{}: {}", output_.path().string(), fault_words(fault));
  } catch (const std::exception& fault) {
    error_ = fault.what();
    record::tell("tscollect-mpi: {}\n", error_);
    written_.clear();
    return write_in_refuge();
  }
  written_.clear();
  record::tell("tscollect-mpi: {}\n", error_);
  take_last_words();
  return ExitStatus::not_written;
}

ExitStatus Gathering::write_in_refuge() {
  const auto refuge = journal::default_folder() /
                      fmt::format("rescued-{}-{}", run_id_, options_.output.filename().string());
  try {
    // For its owner only, as the journals are that it stands for: everybody may look into /tmp.
    write(record::FilePlace(refuge), record::Existing::keep, record::Access::owner);
    error_ += fmt::format("; the data is in {} on {} instead", refuge.string(), hosts_.at(0).name);
    record::tell("tscollect-mpi: the data is in {} on {} instead; move it from there\n",
                 refuge.string(), hosts_.at(0).name);
  } catch (const std::exception& fault) {
    record::tell("tscollect-mpi: {}\n", fault_words(fault));
  }
  return ExitStatus::not_written;
}

void Gathering::describe(RunStatus& status) const {
  status.error = error_;
  outcomes_.describe(status, written_);
}

/// Where memory runs out the file is begun again: with what was kept in reserve, and without hosts
/// whose samples needed too much.
void Gathering::write(const record::FilePlace& target, record::Existing existing,
                      record::Access access) {
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

void Gathering::write_once(const record::FilePlace& target, record::Existing existing,
                           record::Access access) {
  outcomes_.clear();
  left_out_ = false;
  somebody_is_silent_ = false;
  out_of_memory_ = false;
  std::optional<store::RunFileWriter> begun;
  target_ = &target;
  write_aside("creating it", [&] { begun.emplace(target, existing, access); });
  store::RunFileWriter& writer = *begun;
  for (const auto& [rank, host] : hosts_)
    if (!host.sampling) leave_out(host, host.unreadable);
  for (const AbsentHost& host : absent_) outcomes_.add_missing(host.name, host.why);
  // In haste the others first: their lives may be even shorter than ours.
  const bool others_first = in_haste();
  if (!others_first) keep_own(writer);
  pull_blocks(writer);
  if (others_first) keep_own(writer);
  if (out_of_memory_ && outcomes_.nobody_is_there())
    throw NoFile(fmt::format("{}: there is no memory left for the samples of any host",
                             target.path().string()));
  // Hosts that were slow to start may have told of their journals only now.
  take_ready(mailbox_, hosts_);
  outcomes_.sort();
  const record::RunInfo run = outcomes_.describe();
  const auto sync = in_haste() ? record::Sync::later : record::Sync::first;
  write_aside("closing it", [&] {
    writer.finish(run, outcomes_.all(), sync);
    store::write_sidecar(target, run, outcomes_.all(), existing, sync, access);
  });
}

/// tscollect-run has written it before the signal that stopped us.
void Gathering::read_command() {
  if (options_.command_file.empty()) return;
  constexpr std::size_t longest = std::size_t{4} << 20;  // longer than the kernel's command lines
  std::string text;
  write_aside("reading the command", [&] {
    // Another user who may write in the folder may put anything there, a pipe among it.
    const std::filesystem::path path = options_.command_file;
    const uid_t owner = record::owner_of_new_files(path.parent_path());
    if (auto own = base::read_own_text_file(path, longest, owner)) text = std::move(*own);
  });
  const auto command = command_from_json(text);
  if (command && !command->begin.empty()) outcomes_.set_command(*command);
}

void Gathering::note_haste(std::chrono::nanoseconds pause) {
  if (in_haste()) return record::nap(pause);
  const auto reason = waiter_.wait_until(mono_now() + pause);
  if (reason && record::is_urgent(*reason)) haste_.emplace(hasty_wait);
}

void Gathering::write_aside(std::string_view what, const std::function<void()>& work) {
  if (!work_.finishes(work)) give_up_writing(what);
}

/// The thread that is stuck uses what is on this one's stack, and HDF5 cannot be used beside it:
/// this process can do nothing more than say so. Every journal stays.
void Gathering::give_up_writing(std::string_view what) {
  record::tell("tscollect-mpi: {}: {} has not returned for {} s; the file is given up\n",
               target_->path().string(), what,
               std::chrono::duration<double>(work_.limit()).count());
  for (int rank = 1; rank < ranks_; ++rank) mailbox_.post(rank, Tag::leave);
  take_last_words();
  hosts_.at(0).journal_lack = own_->journal_lack();
  tell_how_to_recover(hosts_, run_id_, target_->path());
  record::nap(time_to_leave);
  gather::abort_job(to_int(ExitStatus::not_written));
}

}  // namespace tscollect::app
