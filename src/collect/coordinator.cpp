#include "collect/coordinator.hpp"

#include "base/text/error_text.hpp"
#include "base/log.hpp"
#include "collect/control_loop.hpp"
#include "collect/heartbeat.hpp"
#include "collect/job_environment.hpp"
#include "collect/hosts/journal_messages.hpp"
#include "collect/protocol.hpp"
#include "collect/start/target_check.hpp"
#include "journal/folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <new>

namespace tscollect::collect {

namespace {

using namespace std::chrono_literals;
using gather::Tag;

/// Until every host has its first sample, as another program may be waiting for the ready file.
constexpr std::chrono::nanoseconds eager_pause = 20ms;

/// Reserved for the stop and its messages in case memory is exhausted.
constexpr std::size_t spare_bytes = std::size_t{1} << 20;

}  // namespace

Coordinator::Coordinator(gather::Mailbox& mailbox, const gather::NodeLeaders& leaders,
                         options::CollectOptions options)
    : mailbox_(mailbox),
      leaders_(leaders),
      options_(std::move(options)),
      own_(options_, 0),
      run_id_(journal::new_run_id()),
      status_(options_.status_file),
      starter_(mailbox, leaders, options_, own_),
      ready_(mailbox, starter_.hosts(), options_),
      spare_(std::make_unique_for_overwrite<std::byte[]>(spare_bytes)) {
  options::OutputName wanted =
      options::name_output(options_.output.string(), options::from_environment, wall_now());
  wanted.is_literal = wanted.is_literal || options_.force;
  options_.output = wanted.path;
  // If the folder hangs, the output check reports it.
  if (auto found = run_within(options_.timeout / 4,
                              [wanted] { return std::make_shared<const FreeName>(wanted); })) {
    name_ = std::move(*found);
    options_.output = name_->path();
  }
  // Resolved now: at the stop the current folder may be gone.
  std::error_code ignored;
  absolute_output_ = std::filesystem::absolute(options_.output, ignored);
  status_.update([this](options::RunStatus& status) {
    status.run_id = run_id_;
    status.host = own_.hostname();
    status.output = absolute_output_.string();
  });
}

base::ExitStatus Coordinator::run() try {
  const base::ExitStatus end = collect();
  status_.update([&](options::RunStatus& status) {
    status.state = options::RunState::ended;
    status.exit_status = base::to_int(end);
  });
  status_.flush(options_.timeout);
  return end;
} catch (...) {
  // Without memory the job ends here; the samples are in the journals.
  spare_.reset();
  if (!recovery_.empty())
    base::log(
        "tscollect-mpi: the journals of this run stay. To write the file from them, once they are "
        "in one place:\n  {}\n",
        recovery_);
  throw;
}

base::ExitStatus Coordinator::collect() {
  if (leaders_.idle > 0)
    base::log(
        "tscollect-mpi: {} of {} ranks share a node with another one and stay idle; one rank "
        "per node is enough (mpirun -npernode 1)\n",
        leaders_.idle, starter_.ranks());
  if (!target_is_good()) {
    starter_.dismiss_all();
    return base::ExitStatus::usage;
  }
  starter_.start_handshake();
  if (!starter_.any_can_sample()) {
    say_that_nobody_can_sample();
    starter_.dismiss_all();
    return base::ExitStatus::nothing;
  }
  log_abandoned_journals(starter_.hosts());
  marks_.emplace(marks_path(options_.marks_file, absolute_output_), run_id_);
  marks_->create(file_system_limit(options_.timeout));
  start_hosts();
  const sampling::StopReason reason = sample_whatever_happens();
  // Before any message is sent: MPI may block on a rank that has died.
  if (sampling::is_urgent(reason.cause))
    say(fmt::format("{} may be followed by SIGKILL; writing the samples gathered until then{}",
                    reason.text, if_killed(own_.journal_path(), run_id_, options_.output)));
  stop_hosts(reason);
  return gather_blocks(reason);
}

bool Coordinator::target_is_good() {
  if (options_.watch_pid > 0 && !waiter_.watch_process(options_.watch_pid)) {
    return refuse(
        fmt::format("--watch-pid: there is no process {} on this node", options_.watch_pid));
  }
  const auto place = check_target(options_);
  if (!place) return refuse(place.error().message);
  output_place_ = *place;
  const auto checked = check_user_files(options_, stop_file_);
  return checked || refuse(checked.error().message);
}

bool Coordinator::refuse(const std::string& why) {
  base::log("tscollect-mpi: {}\n", why);
  status_.update([&](options::RunStatus& status) { status.error = why; });
  return false;
}

void Coordinator::say_that_nobody_can_sample() {
  for (const auto& [rank, host] : starter_.hosts())
    base::log("tscollect-mpi: {}: {}\n", host.name,
              host.is_known() ? host.unreadable : "did not answer in time");
  status_.update([this](options::RunStatus& status) {
    const KnownHost& own = starter_.hosts().at(0);
    status.error = fmt::format("no host can sample: {}: {}", own.name, own.unreadable);
  });
}

void Coordinator::start_hosts() {
  starter_.start_hosts(run_id_, absolute_output_);
  heartbeat_.emplace(mailbox_, starter_.ranks());
  if (!own_.journal_path().empty())
    recovery_ =
        fmt::format("tscollect recover -o {} {}", journal::shell_word(absolute_output_.string()),
                    journal_pattern(own_.journal_path(), run_id_));
  const auto sampling = starter_.count_sampling();
  status_.update([&](options::RunStatus& status) {
    status.state = options::RunState::sampling;
    status.sampling_since = format_timestamp(wall_now());
    status.hosts_requested =
        static_cast<std::int64_t>(starter_.hosts().size() + starter_.absent().size());
    status.hosts_sampling = sampling;
    status.recovery = recovery_;
  });
  say(fmt::format("sampling {} host{} every {} s into {}{}", sampling, sampling == 1 ? "" : "s",
                  std::chrono::duration<double>(options_.interval).count(),
                  options_.output.string(),
                  if_killed(own_.journal_path(), run_id_, options_.output)));
}

sampling::StopReason Coordinator::sample() {
  // A host that never becomes ready must not cause frequent polling for the whole run.
  const MonoTime eager_until = mono_now() + options_.timeout;
  const ControlHooks hooks{
      .look = [this] { return look(); },
      .longest_pause =
          [this, eager_until] {
            if (waiter_.was_warned_within(alert_time)) return pause_when_alert;
            const bool settled = ready_.everybody_is_ready() || mono_now() > eager_until;
            return settled && !starter_.is_measuring() ? pause_at_rank_0 : eager_pause;
          },
      .after_first_sample =
          [this] {
            starter_.hosts().at(0).ready = true;
            starter_.hosts().at(0).refused = own_.refused();
          }};
  return control_until_stopped(own_, waiter_, hooks);
}

/// If this rank lacks the memory to receive messages, it stops the others and writes what it can.
sampling::StopReason Coordinator::sample_whatever_happens() try {
  return sample();
} catch (const std::bad_alloc& error) {
  spare_.reset();
  if (!own_.stop_sampling()) throw;
  base::log("tscollect-mpi: {}: {}; the run ends\n", own_.hostname(), error_text(error));
  return {sampling::StopCause::error, fmt::format("an error on rank 0: {}", error_text(error))};
}

/// The launcher may be about to end the job, two seconds later or half of one: the other hosts must
/// know within a few milliseconds.
void Coordinator::pass_on_warning() {
  if (warning_passed_on_ == waiter_.warned_at()) return;
  warning_passed_on_ = waiter_.warned_at();
  for (const auto& [rank, host] : starter_.hosts())
    if (rank != 0 && host.sampling) mailbox_.post(rank, Tag::alert);
}

void Coordinator::note_full_store() {
  if (said_full_ || own_.recorder().dropped_samples() == 0) return;
  said_full_ = true;
  const std::int64_t samples = own_.recorder().samples();
  const bool by_count =
      options_.max_samples != 0 && samples >= static_cast<std::int64_t>(options_.max_samples);
  base::log("tscollect-mpi: {} samples taken, the most that {} allows; further ones are dropped\n",
            samples, by_count ? "--max-samples" : "--max-memory");
}

std::optional<sampling::StopReason> Coordinator::look() {
  pass_on_warning();
  heartbeat_->beat();
  starter_.welcome_latecomers();
  if (ready_.look()) {
    status_.update([](options::RunStatus& status) { status.ready = true; });
    if (options_.verbosity > 0) say("every host has its first sample");
  }
  note_full_store();
  if (const auto stop = mailbox_.take(Tag::stop)) return decode_stop(stop->text);
  if (waiter_.watched_process_is_gone()) return waiter_.watched_process_ended();
  if (stop_file_ && stop_file_->is_there())
    return sampling::StopReason{sampling::StopCause::stop_file,
                                fmt::format("stop file {}", options_.stop_file.string())};
  const bool others_sample = std::ranges::any_of(starter_.hosts(), [](const auto& entry) {
    return entry.first != 0 && entry.second.sampling;
  });
  if (!others_sample && !own_.sampling_error().empty())
    return sampling::StopReason{sampling::StopCause::error,
                                fmt::format("failed sampling: {}", own_.sampling_error())};
  return std::nullopt;
}

void Coordinator::stop_hosts(const sampling::StopReason& reason) {
  status_.update([&](options::RunStatus& status) {
    status.state = options::RunState::stopping;
    status.stop_reason = reason.text;
  });
  // Hosts that have stopped by themselves receive the message later, or never, without harm.
  for (const auto& [rank, host] : starter_.hosts())
    if (rank != 0 && host.sampling) mailbox_.post(rank, Tag::stop, encode(reason));
  starter_.dismiss_latecomers();
  if (options_.verbosity > 0) say(fmt::format("stopping: {}", reason.text));
}

base::ExitStatus Coordinator::gather_blocks(const sampling::StopReason& reason) {
  Gathering gathering(mailbox_, starter_.ranks(), starter_.hosts(), starter_.absent(), options_,
                      *output_place_, waiter_, run_id_, reason, *marks_, spare_);
  const base::ExitStatus status = gathering.run(own_);
  status_.update([&](options::RunStatus& told) { gathering.describe(told); });
  // A launcher that has lost one of its daemons would wait for that host's rank for ever.
  somebody_is_silent_ = gathering.somebody_is_silent() ||
                        reason.cause == sampling::StopCause::parent_ended ||
                        starter_.somebody_never_came();
  const bool safe = gathering.everything_is_written();
  for (int rank = 1; rank < starter_.ranks(); ++rank)
    mailbox_.post(rank, Tag::leave, encode(safe ? JournalFate::remove : JournalFate::keep));
  if (safe) {
    own_.remove_journal();
    marks_->remove(file_system_limit(options_.timeout));
    status_.update([](options::RunStatus& told) { told.recovery.clear(); });
    return status;
  }
  marks_->remove_if_empty(file_system_limit(options_.timeout));
  starter_.hosts().at(0).journal_loss = own_.journal_loss();
  log_how_to_recover(starter_.hosts(), run_id_, absolute_output_);
  status_.update([this](options::RunStatus& told) {
    told.recovery = recovery_command(starter_.hosts(), run_id_, absolute_output_);
  });
  return status;
}

void Coordinator::say(const std::string& line) const {
  if (options_.verbosity >= 0) base::log("tscollect-mpi: {}\n", line);
}

}  // namespace tscollect::collect
