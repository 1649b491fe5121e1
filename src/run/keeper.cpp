#include "run/keeper.hpp"

#include "base/exit_status.hpp"
#include "marks/marks_file.hpp"
#include "options/output_name.hpp"
#include "run/close_all.hpp"
#include "run/launcher_process.hpp"
#include "run/messages.hpp"
#include "run/report.hpp"
#include "run/signals.hpp"
#include "run/status_watch.hpp"

#include <tscollect/time.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace tscollect::run {

using base::Descriptor;

namespace {

using namespace std::chrono_literals;

constexpr auto time_to_end = 10s;        ///< after SIGTERM to the launcher
constexpr auto time_to_die = 2s;         ///< after SIGKILL
constexpr auto log_flush_limit = 300ms;  ///< for messages of ranks that outlive the launcher
constexpr auto time_for_survivors = 5s;  ///< for ranks that may still write the file
constexpr std::size_t most_lines = 20;

/// Whether another start would end in the same way: after a status of tscollect-mpi itself, 1 of
/// most launchers that refuse to start anything, and a shell's for a program that cannot be run.
/// After a crash of a rank it is that of the signal or another: 14 with Slurm 24.11 and Open MPI 5.
constexpr bool says_why(int status) {
  return status <= base::to_int(base::ExitStatus::nothing) ||
         status == base::to_int(base::ExitStatus::internal_error) || status == 126 || status == 127;
}

/// Closes all inherited descriptors: a process that waits for the end of tscollect-run's output, or
/// for a lock, must not have to wait for the collector.
void let_go_of_everything_but(const std::vector<int>& kept) {
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, stream);
  close_all_but(kept, STDERR_FILENO + 1);
}

class KeeperLoop {
 public:
  KeeperLoop(const LaunchPlan& plan, const KeeperFiles& files, std::chrono::seconds stop_limit,
             int socket, LogPipe log)
      : plan_(plan),
        files_(files),
        stop_limit_(stop_limit),
        socket_(socket),
        log_(std::move(log)),
        watch_(files.status) {}

  void run() {
    const sigset_t set = taken_signals();
    const Descriptor signals(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    watch_.begin();
    start_launcher();
    while (!is_over()) {
      look_at_status();
      act();
      sleep(signals.get());
      read_signals(signals.get());
      launcher_->look_for_end();
      launcher_->read_log();
      if (can_start_again()) start_again();
    }
    wait_for_survivors();
    clean_up();  // first, so that no files are left when tscollect-run ends
    report();
  }

 private:
  enum class Stage { running, stopping, ending, killing, given_up };

  void start_launcher() {
    launcher_.emplace(plan_, LogPipe{log_.reading.duplicate(), log_.writing.duplicate()});
  }

  /// Whether the ranks crashed at their start, and none can be left. Open MPI crashes in MPI_Init
  /// if another rank's first message arrives before it is over, as Slurm's fences let ranks out
  /// early now and then (docs/launching.md).
  [[nodiscard]] bool can_start_again() {
    if (!first_end_.empty() || ready_ || command_has_begun_ || stop_wanted_ || runner_is_gone_ ||
        gives_up_ || ended_at_ || !launcher_->has_left_nothing())
      return false;
    if (stage_ == Stage::ending) return has_crashed();
    if (stage_ != Stage::running || watch_.look_for_end()) return false;
    return has_crashed() || (watch_.status().state == options::RunState::launching &&
                             !says_why(launcher_->status()));
  }

  [[nodiscard]] bool has_crashed() const {
    return watch_.status().state == options::RunState::crashed;
  }

  void start_again() {
    first_end_ = has_crashed() ? watch_.status().error : ended_before_start(launcher_->status());
    first_words_ = launcher_->said().lines(most_lines, plan_.noise);
    stage_ = Stage::running;
    next_act_.reset();
    watch_.begin();
    start_launcher();
  }

  [[nodiscard]] bool is_over() {
    if (stage_ == Stage::given_up) return true;
    if (!launcher_->has_ended()) return false;
    if (!ended_at_) ended_at_ = mono_now();
    log_.writing.reset();  // so that its end can be seen
    return launcher_->log() < 0 || mono_now() >= *ended_at_ + log_flush_limit;
  }

  void look_at_status() {
    if (ready_ || launcher_->has_ended()) return;
    if (!watch_.look()) return;
    if (has_crashed() && stage_ == Stage::running) {
      // The other ranks wait for that one, and turn in MPI's calls meanwhile.
      launcher_->ask_to_end();
      enter(Stage::ending, time_to_end);
    }
    if (watch_.status().ready) {
      ready_ = true;
      watch_.stop_watching();
      tell_of_command();
      if (!post(socket_, MessageTag::ready)) runner_is_gone_ = true;
    }
  }

  /// Until every rank samples, a launcher may have no rank yet to forward SIGUSR1 to, so the stop
  /// waits.
  void act() {
    if (launcher_->has_ended()) return;
    const bool stop = stop_wanted_ || runner_is_gone_;
    if (stage_ == Stage::running && stop && (ready_ || !stop_can_wait_ || runner_is_gone_)) {
      if (ready_)
        launcher_->ask_to_stop();
      else
        launcher_->ask_to_end();
      enter(Stage::stopping, stop_limit_);
    }
    if (gives_up_ && stage_ < Stage::ending) next_act_ = mono_now();
    if (!next_act_ || mono_now() < *next_act_) return;
    switch (stage_) {
      case Stage::running:
      case Stage::stopping: launcher_->ask_to_end(); return enter(Stage::ending, time_to_end);
      case Stage::ending: launcher_->kill_all(); return enter(Stage::killing, time_to_die);
      case Stage::killing:
      case Stage::given_up: stage_ = Stage::given_up;
    }
  }

  void enter(Stage stage, std::chrono::nanoseconds limit) {
    stage_ = stage;
    next_act_ = mono_now() + limit;
  }

  void sleep(int signals) {
    std::optional<MonoTime> until = next_act_;
    const auto by = [&](MonoTime time) { until = until ? std::min(*until, time) : time; };
    if (launcher_->has_ended()) by(*ended_at_ + log_flush_limit);
    if (!ready_ && !launcher_->has_ended()) by(watch_.next_look());
    int timeout = -1;
    if (until) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - mono_now()).count();
      timeout = static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000));
    }
    std::array<pollfd, 4> watched = {{{signals, POLLIN, 0},
                                      {runner_is_gone_ ? -1 : socket_, POLLIN, 0},
                                      {launcher_->log(), POLLIN, 0},
                                      {watch_.descriptor(), POLLIN, 0}}};
    if (::poll(watched.data(), watched.size(), timeout) < 0) return;
    if (watched[1].revents != 0) obey();
    if (watched[3].revents != 0) watch_.drain();
  }

  void obey() {
    const auto message = take(socket_);
    if (!message) {
      runner_is_gone_ = true;
      return;
    }
    switch (message->tag) {
      case MessageTag::begin:
        command_has_begun_ = true;
        untold_ = message->text;
        tell_of_command();
        break;
      case MessageTag::end:
        untold_ += message->text;
        tell_of_command();
        stop_wanted_ = true;
        stop_can_wait_ = false;
        break;
      case MessageTag::stop:
        stop_wanted_ = true;
        stop_can_wait_ = true;
        break;
      case MessageTag::give_up: gives_up_ = true; break;
      case MessageTag::ready:
      case MessageTag::over: break;
    }
  }

  /// The file is there when the collector samples; a command that could not wait for that is told
  /// of later.
  void tell_of_command() {
    if (!untold_.empty() && marks::append(files_.marks, untold_)) untold_.clear();
  }

  static void read_signals(int signals) {
    signalfd_siginfo info{};
    while (::read(signals, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    }
  }

  /// A launcher that was killed may leave ranks behind that still write the file.
  void wait_for_survivors() {
    const MonoTime deadline = mono_now() + time_for_survivors;
    while (!watch_.look_for_end() && launcher_->status() != 0 && launcher_->error().empty() &&
           watch_.rank_0_may_live() && mono_now() < deadline) {
      ::poll(nullptr, 0, 50);
      launcher_->read_log();
    }
  }

  void report() {
    Outcome outcome;
    outcome.status = watch_.status();
    outcome.launch_error = launcher_->error();
    outcome.launcher_status = launcher_->status();
    outcome.first_end = first_end_;
    outcome.was_ended = stage_ > (has_crashed() ? Stage::ending : Stage::stopping);
    outcome.first_words = first_words_;
    outcome.words = launcher_->said().lines(most_lines, plan_.noise);
    post(socket_, MessageTag::over, to_text(outcome));
  }

  void clean_up() {
    const options::RunStatus& last = watch_.status();
    if (!last.run_id.empty() && last.state != options::RunState::ended)
      ::unlink(options::reservation_path(last.output).c_str());
    // Without journals there is nothing that the marks could help to recover.
    if (last.run_id.empty() || (last.state == options::RunState::ended && last.recovery.empty()))
      ::unlink(files_.marks.c_str());
    if (files_.status_is_ours) ::unlink(files_.status.c_str());
  }

  const LaunchPlan& plan_;
  const KeeperFiles& files_;
  std::chrono::nanoseconds stop_limit_;
  int socket_;
  LogPipe log_;  ///< for each launcher
  StatusWatch watch_;
  std::optional<LauncherProcess> launcher_;
  Stage stage_ = Stage::running;
  std::string first_end_;  ///< how the first start ended, if there was a second one
  std::string first_words_;
  bool ready_ = false;
  bool command_has_begun_ = false;
  bool stop_wanted_ = false;
  bool stop_can_wait_ = false;  ///< until every rank samples
  bool gives_up_ = false;
  std::string untold_;  ///< lines about the command that are not in the file of marks
  bool runner_is_gone_ = false;
  std::optional<MonoTime> next_act_;
  std::optional<MonoTime> ended_at_;
};

}  // namespace

Keeper start_keeper(const LaunchPlan& plan, const KeeperFiles& files,
                    std::chrono::seconds stop_limit) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw std::system_error(errno, std::generic_category(), "cannot make a socket");
  Keeper keeper;
  keeper.socket = Descriptor(ends[0]);
  Descriptor own_end(ends[1]);
  std::array<int, 2> log{};
  if (::pipe2(log.data(), O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "cannot make a pipe");
  LogPipe log_pipe{Descriptor(log[0]), Descriptor(log[1])};
  keeper.pid = ::fork();
  if (keeper.pid < 0) throw std::system_error(errno, std::generic_category(), "cannot fork");
  if (keeper.pid > 0) {
    keeper.log = std::move(log_pipe.reading);
    return keeper;
  }
  ::setsid();
  ::prctl(PR_SET_NAME, "tscollect-keep");
  const int socket = own_end.get();
  let_go_of_everything_but({socket, log[0], log[1]});
  try {
    KeeperLoop(plan, files, stop_limit, socket, std::move(log_pipe)).run();
  } catch (const std::exception& error) {
    Outcome outcome;
    outcome.launch_error = error.what();
    post(socket, MessageTag::over, to_text(outcome));
  }
  ::_exit(0);
}

}  // namespace tscollect::run
