#include "collect/coordinator.hpp"

#include "collect/gathering.hpp"
#include "collect/heartbeat.hpp"
#include "collect/job_environment.hpp"
#include "collect/journal_messages.hpp"
#include "collect/protocol.hpp"
#include "collect/control_loop.hpp"
#include "gather/clock_offset.hpp"
#include "journal/folder.hpp"
#include "base/log.hpp"
#include "store/run_file/run_file_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace tscollect::app {

namespace {

using namespace std::chrono_literals;
using gather::Tag;

/// Until every host has its first sample somebody may be waiting for the ready file.
constexpr std::chrono::nanoseconds eager_pause = 20ms;

/// Time for the start messages to arrive before tick 0 is due: some, and a little for each host.
constexpr auto start_lead = 20ms;
constexpr auto start_lead_per_host = 100us;

/// Names of all hosts go to every host's journal up to this many; beyond, only rank 0's has them.
constexpr std::size_t most_hosts_told = 64;

/// Adds the name to those taken, with a suffix if it is one of them.
void make_unique(std::string& name, std::set<std::string>& taken) {
  const std::string given = name;
  for (int suffix = 2; !taken.insert(name).second; ++suffix)
    name = fmt::format("{}-{}", given, suffix);
}

double to_seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

Coordinator::Coordinator(gather::Mailbox& mailbox, const gather::NodeLeaders& leaders,
                         CollectOptions options)
    : mailbox_(mailbox),
      leaders_(leaders),
      options_(std::move(options)),
      own_(options_, 0),
      run_id_(journal::new_run_id()),
      status_(options_.status_file),
      greeting_(mailbox, hosts_) {
  OutputName wanted = name_output(options_.output.string(), from_environment, wall_now());
  wanted.is_literal = wanted.is_literal || options_.force;
  options_.output = wanted.path;
  // A folder that hangs is told of when the file is tried.
  if (auto found = run_within(options_.timeout / 4,
                              [wanted] { return std::make_shared<const FreeName>(wanted); })) {
    name_ = std::move(*found);
    options_.output = name_->path();
  }
  // Now: at the stop the current folder may have gone.
  std::error_code ignored;
  absolute_output_ = std::filesystem::absolute(options_.output, ignored);
  status_.update([this](RunStatus& status) {
    status.run_id = run_id_;
    status.host = own_.hostname();
    status.output = absolute_output_.string();
  });
}

ExitStatus Coordinator::run() {
  const ExitStatus end = collect();
  status_.update([&](RunStatus& status) {
    status.state = RunState::ended;
    status.exit_status = to_int(end);
  });
  status_.flush(options_.timeout);
  return end;
}

ExitStatus Coordinator::collect() {
  if (leaders_.idle > 0)
    record::tell(
        "tscollect-mpi: {} of {} ranks share a node with another one and stay idle; one rank "
        "per node is enough (mpirun -npernode 1)\n",
        leaders_.idle, ranks());
  if (!target_is_good()) {
    dismiss_before_start();
    return ExitStatus::usage;
  }
  greet_hosts();
  absent_ = find_absent_hosts(hosts_, options_, ranks());
  name_hosts();
  if (!any_can_sample()) {
    for (const auto& [rank, host] : hosts_)
      record::tell("tscollect-mpi: {}: {}\n", host.name,
                   host.is_known() ? host.unreadable : "did not answer in time");
    status_.update([this](RunStatus& status) {
      status.error =
          fmt::format("no host can sample: {}: {}", hosts_.at(0).name, hosts_.at(0).unreadable);
    });
    dismiss_before_start();
    return ExitStatus::nothing;
  }
  tell_of_abandoned_journals(hosts_);
  start_hosts();
  const std::string reason = sample();
  // Before anything is sent: MPI may be held up by a rank that has died.
  if (record::is_urgent(reason))
    say(fmt::format("{} may be followed by SIGKILL; writing what can be had{}", reason,
                    if_killed(own_.journal_path(), run_id_, options_.output)));
  stop_hosts(reason);
  Gathering gathering(mailbox_, ranks(), hosts_, absent_, options_, *output_place_, waiter_,
                      run_id_, reason);
  const ExitStatus status = gathering.run(own_);
  status_.update([&](RunStatus& told) { gathering.describe(told); });
  // A launcher without one of its daemons would wait for that host's rank for ever.
  somebody_is_silent_ =
      gathering.somebody_is_silent() || reason.starts_with(record::parent_ended) || !late_.empty();
  const bool safe = gathering.everything_is_written();
  for (int rank = 1; rank < ranks(); ++rank)
    mailbox_.post(rank, Tag::leave, safe ? journal_may_go : std::string_view());
  if (safe) {
    own_.remove_journal();
    status_.update([](RunStatus& told) { told.recovery.clear(); });
  } else {
    hosts_.at(0).journal_lack = own_.journal_lack();
    tell_how_to_recover(hosts_, run_id_, absolute_output_);
    status_.update([this](RunStatus& told) {
      told.recovery = recovery_command(hosts_, run_id_, absolute_output_);
    });
  }
  return status;
}

bool Coordinator::target_is_good() {
  if (options_.watch_pid > 0 && !waiter_.watch_process(options_.watch_pid)) {
    return refuse(
        fmt::format("--watch-pid: there is no process {} on this node", options_.watch_pid));
  }
  const auto probed =
      run_within(options_.timeout, [output = options_.output, force = options_.force] {
        return store::probe_target(output, force);
      });
  if (!probed)
    return refuse(fmt::format("{}: its folder has not answered for {} s", options_.output.string(),
                              to_seconds(options_.timeout)));
  if (!*probed) return refuse(probed->error().message);
  output_place_ = probed->value();
  return user_files_are_good();
}

/// Neither may be left from an earlier run: whoever waits for the ready file would begin too early,
/// and the stop file would end the run at once.
bool Coordinator::user_files_are_good() {
  const auto limit = file_system_limit(options_.timeout);
  if (!options_.ready_file.empty()) {
    const auto removed =
        run_within(limit, [path = options_.ready_file] { return remove_stale_file(path); });
    if (!removed)
      record::tell(
          "tscollect-mpi: --ready-file {}: its folder has not answered for {} s; going on\n",
          options_.ready_file.string(), to_seconds(limit));
    else if (!*removed)
      return refuse(fmt::format("--ready-file: an old one is there and cannot be removed: {}",
                                removed->error().message));
  }
  if (options_.stop_file.empty()) return true;
  stop_file_.emplace(options_.stop_file);
  const auto look = stop_file_->first_look(mono_now() + limit);
  if (look == StopFileWatch::FirstLook::present)
    return refuse(
        fmt::format("--stop-file {}: it is there already, perhaps from an earlier run; remove it "
                    "before the start",
                    options_.stop_file.string()));
  if (look == StopFileWatch::FirstLook::no_answer)
    record::tell(
        "tscollect-mpi: --stop-file {}: its folder has not answered for {} s; going on, and "
        "looking for it\n",
        options_.stop_file.string(), to_seconds(limit));
  return true;
}

bool Coordinator::refuse(const std::string& why) {
  record::tell("tscollect-mpi: {}\n", why);
  status_.update([&](RunStatus& status) { status.error = why; });
  return false;
}

int Coordinator::ranks() const { return leaders_.idle + static_cast<int>(leaders_.leaders.size()); }

void Coordinator::greet_hosts() {
  for (const int rank : leaders_.leaders) hosts_[rank];
  hosts_[0].name = own_.hostname();
  hosts_[0].node_name = node_name_from_environment();
  hosts_[0].unreadable = own_.unreadable();
  hosts_[0].answered = true;
  hosts_[0].abandoned_journals = own_.abandoned_journals();
  hosts_[0].clocks_at_start.uncertainty_ns = 0;
  for (record::Deadline deadline(options_.timeout);; record::nap(1ms)) {
    greeting_.look();
    if (greeting_.everybody_is_known() || deadline.is_over()) return;
  }
}

void Coordinator::name_hosts() {
  for (auto& [rank, host] : hosts_) {
    if (host.name.empty()) host.name = fmt::format("rank-{}", rank);
    const std::string name = host.name;
    make_unique(host.name, taken_);
    if (host.name != name)
      record::tell("tscollect-mpi: two hosts are called {}; the one of rank {} is {} in the file\n",
                   name, rank, host.name);
  }
  for (AbsentHost& host : absent_) make_unique(host.name, taken_);
}

bool Coordinator::any_can_sample() const {
  return std::ranges::any_of(hosts_, [](const auto& entry) {
    return entry.second.is_known() && entry.second.unreadable.empty();
  });
}

Admission Coordinator::admit(int rank) const {
  const KnownHost& host = hosts_.at(rank);
  Admission admission;
  admission.name_in_file = host.name;
  admission.grid = {zero_ + std::chrono::nanoseconds(host.clocks_at_start.mono_offset_ns),
                    options_.interval};
  admission.clock = host.clocks_at_start;
  admission.run_id = run_id_;
  admission.output = absolute_output_.string();
  admission.host_count = static_cast<std::int64_t>(hosts_.size() + absent_.size());
  if (rank == 0 || hosts_.size() + absent_.size() <= most_hosts_told) {
    for (const auto& [each, known] : hosts_) admission.hosts.push_back(known.name);
    for (const AbsentHost& each : absent_) admission.hosts.push_back(each.name);
  }
  return admission;
}

void Coordinator::start(int rank) {
  KnownHost& host = hosts_.at(rank);
  host.sampling = host.unreadable.empty();
  if (!host.sampling)
    record::tell("tscollect-mpi: {}: {}; going on without it\n", host.name, host.unreadable);
  // Even if it has nothing to read itself, rank 0 keeps time for the others.
  if (rank == 0)
    own_.begin(admit(0));
  else
    mailbox_.post(rank, Tag::start,
                  host.sampling ? encode(start_of(admit(rank))) : encode(dismissal()));
}

void Coordinator::start_hosts() {
  zero_ = mono_now() + start_lead + start_lead_per_host * static_cast<std::int64_t>(hosts_.size());
  for (const auto& [rank, host] : hosts_) {
    if (rank == 0) continue;
    if (host.is_known()) {
      start(rank);
      continue;
    }
    late_[rank] = host.answered ? std::string() : host.name;
    record::tell(
        "tscollect-mpi: {}: did not answer within {} s, so its clocks are not known; going on, and "
        "it joins when it answers\n",
        host.name, to_seconds(options_.timeout));
  }
  start(0);
  heartbeat_.emplace(mailbox_, ranks());
  const auto sampling =
      std::ranges::count_if(hosts_, [](const auto& entry) { return entry.second.sampling; });
  status_.update([&](RunStatus& status) {
    status.state = RunState::sampling;
    status.sampling_since = format_timestamp(wall_now());
    status.hosts_requested = static_cast<std::int64_t>(hosts_.size() + absent_.size());
    status.hosts_sampling = sampling;
    if (!own_.journal_path().empty())
      status.recovery =
          fmt::format("tscollect recover -o {} {}", journal::shell_word(absolute_output_.string()),
                      journal_pattern(own_.journal_path(), run_id_));
  });
  say(fmt::format("sampling {} host{} every {} s into {}{}", sampling, sampling == 1 ? "" : "s",
                  to_seconds(options_.interval), options_.output.string(),
                  if_killed(own_.journal_path(), run_id_, options_.output)));
}

std::string Coordinator::sample() {
  // A host that never gets ready must not keep us awake for the whole run.
  const MonoTime eager_until = mono_now() + options_.timeout;
  const ControlHooks hooks{.look = [this] { return look(); },
                           .longest_pause =
                               [this, eager_until] {
                                 if (waiter_.was_warned_within(alert_time)) return pause_when_alert;
                                 const bool settled = all_ready_ || mono_now() > eager_until;
                                 return settled && !greeting_.is_measuring() ? pause_at_rank_0
                                                                             : eager_pause;
                               },
                           .after_first_sample =
                               [this] {
                                 hosts_.at(0).ready = true;
                                 hosts_.at(0).refused = own_.refused();
                               }};
  hosts_.at(0).journal = own_.journal_path();
  hosts_.at(0).journal_fault = own_.journal_fault();
  return control_until_stopped(own_, waiter_, hooks);
}

/// Hosts that answer only now get the same ticks as the others, as soon as their clocks are known.
void Coordinator::welcome_latecomers() {
  if (late_.empty()) return;
  greeting_.look();
  for (auto late = late_.begin(); late != late_.end();) {
    const auto& [rank, stand_in] = *late;
    KnownHost& host = hosts_.at(rank);
    if (!host.is_known()) {
      ++late;
      continue;
    }
    if (!stand_in.empty() && host.name != stand_in) {
      taken_.erase(stand_in);
      std::erase_if(absent_, [&](const AbsentHost& each) { return each.name == host.name; });
      make_unique(host.name, taken_);
    }
    host.joined_after = mono_now() - zero_;
    start(rank);
    if (host.sampling)
      record::tell("tscollect-mpi: {}: joins {:.1f} s after the start\n", host.name,
                   to_seconds(*host.joined_after));
    late = late_.erase(late);
  }
}

void Coordinator::dismiss_latecomers() {
  for (const auto& [rank, stand_in] : late_) {
    hosts_.at(rank).unreadable = fmt::format("did not answer within {} s of the start, nor later",
                                             to_seconds(options_.timeout));
    mailbox_.post(rank, Tag::start, encode(dismissal()));
  }
}

/// The launcher may be about to end the job: then there are one or two seconds, and the other hosts
/// are to hear of it within a few milliseconds.
void Coordinator::pass_on_warning() {
  if (warning_passed_on_ == waiter_.warned_at()) return;
  warning_passed_on_ = waiter_.warned_at();
  for (const auto& [rank, host] : hosts_)
    if (rank != 0 && host.sampling) mailbox_.post(rank, Tag::alert);
}

std::optional<std::string> Coordinator::look() {
  pass_on_warning();
  heartbeat_->beat();
  welcome_latecomers();
  if (!all_ready_) note_ready();
  if (!said_full_ && own_.recorder().dropped_samples() > 0) {
    said_full_ = true;
    record::tell(
        "tscollect-mpi: {} samples taken, the most that {} allows; further ones are dropped\n",
        own_.recorder().samples(),
        options_.max_samples != 0 &&
                own_.recorder().samples() >= static_cast<std::int64_t>(options_.max_samples)
            ? "--max-samples"
            : "--max-memory");
  }
  if (ready_file_) watch_ready_file();
  if (auto stop = mailbox_.take(Tag::stop)) return std::move(stop->text);
  if (waiter_.watched_process_is_gone())
    return fmt::format("watched process {} ended", options_.watch_pid);
  if (stop_file_ && stop_file_->is_there())
    return fmt::format("stop file {}", options_.stop_file.string());
  const bool others_sample = std::ranges::any_of(
      hosts_, [](const auto& entry) { return entry.first != 0 && entry.second.sampling; });
  if (!others_sample && !own_.sampling_error().empty())
    return fmt::format("failed sampling: {}", own_.sampling_error());
  return std::nullopt;
}

void Coordinator::note_ready() {
  take_ready(mailbox_, hosts_);
  all_ready_ = std::ranges::all_of(
      hosts_, [](const auto& entry) { return entry.second.ready || !entry.second.sampling; });
  if (!all_ready_) return;
  tell_of_missing_journals(hosts_);
  tell_of_refusals(hosts_);
  if (!options_.ready_file.empty()) write_ready_file();
  status_.update([](RunStatus& status) { status.ready = true; });
  if (options_.verbosity > 0) say("every host has its first sample");
}

void Coordinator::write_ready_file() {
  std::string names;
  for (const auto& [rank, host] : hosts_)
    if (host.ready) names += host.name + '\n';
  ready_file_.emplace([path = options_.ready_file, names] {
    if (const auto written = write_small_file(path, names); !written)
      record::tell("tscollect-mpi: --ready-file: could not be written: {}; sampling goes on\n",
                   written.error().message);
  });
  ready_file_due_ = mono_now() + file_system_limit(options_.timeout);
}

void Coordinator::watch_ready_file() {
  if (ready_file_->is_done()) return ready_file_.reset();
  if (mono_now() < ready_file_due_) return;
  ready_file_due_ = MonoTime::max();
  record::tell(
      "tscollect-mpi: --ready-file {}: not written yet, nobody answers; sampling goes on\n",
      options_.ready_file.string());
}

void Coordinator::stop_hosts(const std::string& reason) {
  status_.update([&](RunStatus& status) {
    status.state = RunState::stopping;
    status.stop_reason = reason;
  });
  // Those that have stopped by themselves find the message later, or never: it harms nobody.
  for (const auto& [rank, host] : hosts_)
    if (rank != 0 && host.sampling) mailbox_.post(rank, Tag::stop, reason);
  dismiss_latecomers();
  if (options_.verbosity > 0) say(fmt::format("stopping: {}", reason));
}

void Coordinator::dismiss_before_start() {
  for (const int rank : leaders_.leaders)
    if (rank != 0) mailbox_.post(rank, Tag::start, encode(dismissal()));
  for (int rank = 1; rank < ranks(); ++rank) mailbox_.post(rank, Tag::leave);
}

void Coordinator::say(const std::string& line) const {
  if (options_.verbosity >= 0) record::tell("tscollect-mpi: {}\n", line);
}

}  // namespace tscollect::app
