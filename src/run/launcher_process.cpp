#include "run/launcher_process.hpp"

#include "run/ask.hpp"
#include "run/signals.hpp"
#include "run/temporary_folder.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace tscollect::run {

using base::Descriptor;

namespace {

constexpr auto longest_answer = std::chrono::seconds(30);

void replace_job(Line& line, const std::string& job) {
  constexpr std::string_view placeholder = "{job}";
  for (std::string& word : line)
    if (const std::size_t at = word.find(placeholder); at != std::string::npos)
      word.replace(at, placeholder.size(), job);
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

/// In the child: sets the standard streams, and a clean stop in case the keeper is killed.
void settle_in(int log) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGUSR1);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  set_default_signals();
}

}  // namespace

LauncherProcess::LauncherProcess(LaunchPlan plan, LogPipe log)
    : plan_(std::move(plan)), log_(std::move(log.reading)) {
  ::fcntl(log_.get(), F_SETFL, O_NONBLOCK);
  for (const auto& [name, value] : plan_.environment) ::setenv(name.c_str(), value.c_str(), 0);
  use_good_temporary_folder();
  // All options are on the command line; a rank would not know tscollect-run's options in a config
  // file.
  ::unsetenv("TSCOLLECT_CONFIG");
  if (!plan_.prepare.empty()) static_cast<void>(ask(plan_.prepare, longest_answer));
  if (!plan_.submit.empty()) {
    const auto answer = ask(plan_.submit, longest_answer);
    if (!answer || answer->status != 0) {
      error_ = fmt::format("{} failed", plan_.submit.front());
      if (answer) tail_.add(answer->text);
      ended_ = true;
      return;
    }
    for (Line* line : {&plan_.line, &plan_.stop, &plan_.end})
      replace_job(*line, first_line(answer->text));
  }
  start(std::move(log.writing));
}

void LauncherProcess::start(Descriptor log_end) {
  std::array<int, 2> failure{};
  if (::pipe2(failure.data(), O_CLOEXEC) != 0) {
    error_ = fmt::format("cannot make a pipe: {}", std::strerror(errno));
    ended_ = true;
    return;
  }
  const Descriptor failed(failure[0]);
  Descriptor failed_end(failure[1]);
  pid_ = ::fork();
  if (pid_ == 0) {
    settle_in(log_end.get());
    const int reason = become(plan_.line);
    static_cast<void>(!::write(failed_end.get(), &reason, sizeof reason));
    ::_exit(127);
  }
  failed_end.reset();
  int reason = pid_ < 0 ? errno : 0;
  if (pid_ > 0) static_cast<void>(!::read(failed.get(), &reason, sizeof reason));
  if (reason == 0) return;
  error_ = fmt::format("{}: {}", plan_.line.front(), std::strerror(reason));
  if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
  ended_ = true;
  status_ = 127;
}

void LauncherProcess::look_for_end() {
  int status = 0;
  if (ended_ || ::waitpid(pid_, &status, WNOHANG) != pid_) return;
  ended_ = true;
  was_killed_ = WIFSIGNALED(status);
  status_ = shell_status(status);
}

void LauncherProcess::read_log() {
  if (log_.is_open() && !tail_.read(log_.get())) log_.reset();
}

void LauncherProcess::signal_or_run(int signal, const Line& line) const {
  if (ended_) return;
  if (line.empty())
    ::kill(pid_, signal);
  else
    static_cast<void>(ask(line, longest_answer));
}

void LauncherProcess::ask_to_stop() { signal_or_run(SIGUSR1, plan_.stop); }
void LauncherProcess::ask_to_end() { signal_or_run(SIGTERM, plan_.end); }

void LauncherProcess::kill_all() const {
  if (!ended_) ::kill(-pid_, SIGKILL);
}

}  // namespace tscollect::run
