#include "run/runner.hpp"

#include "base/process/host_name.hpp"
#include "base/process/background_task.hpp"
#include "base/exit_status.hpp"
#include "base/text/printable.hpp"
#include "base/process/signal_name.hpp"
#include "marks/mark.hpp"
#include "marks/marks_file.hpp"
#include "run/ask.hpp"
#include "run/command.hpp"
#include "run/launch_plan.hpp"
#include "run/messages.hpp"
#include "run/report.hpp"
#include "run/sentinel.hpp"

#include <tscollect/time.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <poll.h>
#include <set>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace tscollect::run {

using base::Descriptor;

namespace {

using namespace std::chrono_literals;

constexpr int killed = 128;
constexpr auto time_for_duplicates =
    10ms;  ///< in which a signal to this process may be followed by the same one to its group
constexpr auto keepers_own_time = 20s;  ///< beyond --stop-timeout, for its last measures

std::string line_of(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
  return line;
}

class Runner {
 public:
  Runner(const RunOptions& options, const Inherited& inherited)
      : options_(options),
        inherited_(inherited),
        signal_set_(taken_signals()),
        signals_(::signalfd(-1, &signal_set_, SFD_CLOEXEC | SFD_NONBLOCK)) {}

  int run(const std::optional<LaunchPlan>& plan, const std::string& reason,
          const KeeperFiles& files) {
    marks_ = files.marks.string();
    if (plan) {
      keeper_ = start_keeper(*plan, files, options_.stop_limit);
      wait_until_ready();
      if (stopped_by_ != 0) return leave_before_command();
    } else {
      uncollected_ = reason;
    }
    if (options_.require && !ready_) return refuse();
    if (outcome_ || !uncollected_.empty()) report();  // at once, as the command may take days
    start();
    while (command_.pid > 0) wait_for_event(std::nullopt);
    log_end();
    wait_for_keeper();
    report();
    write_page();
    return status_;
  }

 private:
  enum class Phase { starting, running, stopping, reporting };

  // --- steps ------------------------------------------------------------------------------------
  void wait_until_ready() {
    const MonoTime deadline = mono_now() + options_.ready_limit;
    while (!ready_ && !outcome_ && keeper_is_there() && stopped_by_ == 0) {
      if (mono_now() >= deadline) {
        if (!options_.require)
          say(fmt::format(
              "tscollect-run: the collector was not ready after {} s; the command runs anyway\n",
              options_.ready_limit.count()));
        return;
      }
      wait_for_event(deadline);
    }
  }

  int leave_before_command() {
    say(fmt::format("tscollect-run: stopped by {} before the command\n",
                    base::signal_name(stopped_by_)));
    phase_ = Phase::stopping;
    post(keeper_.socket.get(), MessageTag::end);
    wait_for_keeper();
    report();
    return killed + stopped_by_;
  }

  int refuse() {
    phase_ = Phase::stopping;
    if (keeper_is_there()) post(keeper_.socket.get(), MessageTag::end);
    wait_for_keeper();
    if (uncollected_.empty())
      report();
    else
      say(fmt::format("tscollect-run: {}\n", uncollected_));
    say("tscollect-run: the command was not run, as it would not have been collected "
        "(--require)\n");
    return base::to_int(base::ExitStatus::usage);
  }

  void start() {
    phase_ = Phase::running;
    measured_.host = base::this_host();
    if (!options_.no_command) measured_.line = line_of(options_.command);
    measured_.begin = format_timestamp(wall_now());
    if (keeper_is_there()) post(keeper_.socket.get(), MessageTag::begin, marks::to_line(measured_));
    // Without a collector a mark says so, and the command goes on.
    ::setenv("TSCOLLECT_MARKS", keeper_is_there() ? marks_.c_str() : "", 1);
    command_ = start_command(options_.command, inherited_);
    if (command_.pid > 0) return;
    status_ = command_.status;
    say(fmt::format("tscollect-run: {}\n", command_.error));
  }

  void log_end() {
    phase_ = Phase::stopping;
    measured_.line.clear();  // it has been told
    measured_.end = format_timestamp(wall_now());
    measured_.exit_status = status_;
    const std::string line = marks::to_line(measured_);
    if (keeper_is_there() && post(keeper_.socket.get(), MessageTag::end, line)) return;
    // The collector was killed and its keeper is gone: the marks stay for the recovery of the run.
    if (!marks_.empty())
      static_cast<void>(
          run_within(1s, [path = marks_, line] { return marks::append(path, line); }));
  }

  /// Ends whatever state the keeper is in.
  void wait_for_keeper() {
    const MonoTime deadline = mono_now() + options_.stop_limit + keepers_own_time;
    while (!outcome_ && keeper_is_there() && mono_now() < deadline) wait_for_event(deadline);
  }

  /// Once.
  void report() {
    if (std::exchange(has_reported_, true)) return;
    const bool verbose = options_.collect.verbosity > 0;
    if (outcome_) {
      if (options_.collect.verbosity >= 0 || outcome_->status.completeness != "complete")
        say(describe(*outcome_, verbose));
      return;
    }
    if (!uncollected_.empty())
      say(fmt::format("tscollect-run: the command runs without the collector: {}\n", uncollected_));
    else
      say("tscollect-run: the state of the collector is unknown: its keeper process has ended, or "
          "does not answer; look for the file, or for journals with tscollect journals\n");
  }

  /// A page beside the file. Whatever becomes of it, the status is the command's.
  void write_page() {
    if (!options_.report || !outcome_ || outcome_->status.written.empty()) return;
    const std::string& file = outcome_->status.written.front();
    std::string tool = find_program((program_folder() / "tscollect").string());
    if (tool.empty()) tool = find_program("tscollect");
    if (tool.empty()) {
      say("tscollect-run: no page: tscollect was not found beside this program or in PATH\n");
      return;
    }
    phase_ = Phase::reporting;
    const int status = std::exchange(status_, 0);
    command_ = start_helper({tool, "report", "--", file}, inherited_);
    if (command_.pid < 0) status_ = command_.status;
    const MonoTime deadline = mono_now() + options_.stop_limit;
    while (command_.pid > 0) {
      if (mono_now() >= deadline) ::kill(command_.pid, SIGKILL);
      wait_for_event(deadline + std::chrono::seconds(1));
    }
    const int page_status = std::exchange(status_, status);
    if (page_status != 0)
      say(
          fmt::format("tscollect-run: no page was written (status {}); for one: tscollect report "
                      "{}\n",
                      page_status, base::printable(file)));
    else if (options_.collect.verbosity >= 0)
      say(fmt::format("tscollect-run: its page is {}\n",
                      base::printable(short_path(
                          std::filesystem::path(file).replace_extension(".html").string()))));
  }

  // --- events -----------------------------------------------------------------------------------
  [[nodiscard]] bool keeper_is_there() const { return keeper_.socket.is_open(); }

  void wait_for_event(std::optional<MonoTime> deadline) {
    int timeout = -1;
    if (deadline) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - mono_now());
      timeout = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1'000'000'000));
    }
    std::array<pollfd, 2> watched = {
        {{signals_.get(), POLLIN, 0}, {keeper_.socket.get(), POLLIN, 0}}};
    if (::poll(watched.data(), watched.size(), timeout) < 0) return;
    if (watched[1].revents != 0) hear_keeper();
    if (watched[0].revents != 0) hear_signals();
  }

  void hear_keeper() {
    const auto message = take(keeper_.socket.get());
    if (!message) {
      keeper_.socket.reset();
    } else if (message->tag == MessageTag::ready) {
      ready_ = true;
    } else if (message->tag == MessageTag::over) {
      outcome_ = outcome_from(message->text);  // if it is not whole, the state is unknown
      keeper_.socket.reset();
    }
  }

  /// For each kind of pending signal: its number, and whether the kernel sent it. The kernel sends
  /// a terminal's signals to the whole foreground group.
  struct Heard {
    std::set<int> numbers;
    std::set<int> from_kernel;
  };

  void read_signals(Heard& heard) const {
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
      const auto number = static_cast<int>(info.ssi_signo);
      heard.numbers.insert(number);
      if (info.ssi_code == SI_KERNEL) heard.from_kernel.insert(number);
    }
  }

  void hear_signals() {
    Heard heard;
    read_signals(heard);
    look_for_children();
    if (heard.numbers.empty() || heard.numbers == std::set{SIGCHLD}) return;
    ::poll(nullptr, 0, static_cast<int>(time_for_duplicates.count()));
    read_signals(heard);
    look_for_children();
    for (const int signal : heard.numbers) {
      const bool to_group = sentinel_.heard(signal) || heard.from_kernel.contains(signal);
      if (signal != SIGCHLD && !inherited_.ignores(signal)) obey(signal, to_group);
    }
  }

  void obey(int signal, bool to_group) {
    // Stops the collector, which writes its file; the command continues. Batch systems send SIGUSR1
    // to the batch shell, or to all of its processes, some time before the limit.
    if (signal == SIGUSR1) {
      if (phase_ == Phase::running && keeper_is_there() && !outcome_)
        say("tscollect-run: SIGUSR1: the collector stops and writes its file; the command goes "
            "on\n");
      if (keeper_is_there()) post(keeper_.socket.get(), MessageTag::stop);
      return;
    }
    switch (phase_) {
      case Phase::starting: stopped_by_ = signal; break;
      case Phase::running:
        if (!to_group && command_.pid > 0) ::kill(command_.pid, signal);
        break;
      case Phase::stopping:
        if (asked_once_) {
          post(keeper_.socket.get(), MessageTag::give_up);
        } else {
          say("tscollect-run: the collector is writing its file; send the signal again to stop "
              "without the file\n");
        }
        asked_once_ = true;
        break;
      case Phase::reporting:
        if (!to_group && command_.pid > 0) ::kill(command_.pid, signal);
    }
  }

  void look_for_children() {
    int status = 0;
    if (command_.pid > 0 && ::waitpid(command_.pid, &status, WNOHANG) == command_.pid) {
      command_.pid = -1;
      status_ = shell_status(status);
    }
    if (keeper_.pid > 0 && ::waitpid(keeper_.pid, &status, WNOHANG) == keeper_.pid)
      keeper_.pid = -1;
  }

  const RunOptions& options_;
  const Inherited& inherited_;
  sigset_t signal_set_;
  Descriptor signals_;
  Sentinel sentinel_;
  Keeper keeper_;
  Command command_;
  block::RunCommand measured_;
  std::string marks_;  ///< the collector's file of marks
  std::optional<Outcome> outcome_;
  std::string uncollected_;
  Phase phase_ = Phase::starting;
  bool ready_ = false;
  bool has_reported_ = false;
  bool asked_once_ = false;
  int stopped_by_ = 0;
  int status_ = 0;
};

}  // namespace

int run_beside(const RunOptions& options, const std::optional<LaunchPlan>& plan,
               const std::string& reason, const KeeperFiles& files, const Inherited& inherited) {
  return Runner(options, inherited).run(plan, reason, files);
}

}  // namespace tscollect::run
