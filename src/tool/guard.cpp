#include "tool/guard.hpp"

#include "base/exit_status.hpp"
#include "base/text/format.hpp"
#include "base/process/limits.hpp"
#include "base/log.hpp"
#include "base/text/name_list.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>
#include <system_error>
#include <vector>

namespace tscollect::tool {

namespace {

std::string names_of(std::span<const std::filesystem::path> files) {
  const std::vector<std::string> names(files.begin(), files.end());
  return base::displayed(base::name_list(names, 1), 400);
}

/// Ends this process in the same way as the child ended.
[[noreturn]] void end_as(int status, std::span<const std::filesystem::path> files) {
  if (WIFEXITED(status)) _exit(WEXITSTATUS(status));
  const int signal = WTERMSIG(status);
  if (signal == SIGXCPU) {
    base::log(
        "tscollect: {}: reading took more processor time than its size on the disk accounts for: "
        "the file is damaged or malicious (--unlimited lifts the limit)\n",
        names_of(files));
    _exit(base::to_int(base::ExitStatus::usage));
  }
  if (is_crash(signal)) {
    base::log(
        "tscollect: {}: reading it crashed ({}): it is damaged or malicious; tscollect validate "
        "shows where\n",
        names_of(files), strsignal(signal));
    _exit(base::to_int(base::ExitStatus::usage));
  }
  if (signal == SIGKILL) {
    base::log(
        "tscollect: {}: the process that read it was killed, perhaps because memory ran out\n",
        names_of(files));
    _exit(base::to_int(base::ExitStatus::internal_error));
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);
  constexpr int killed = 128;
  _exit(killed + signal);
}

}  // namespace

bool is_crash(int signal) {
  return signal == SIGSEGV || signal == SIGBUS || signal == SIGABRT || signal == SIGFPE ||
         signal == SIGILL;
}

void add_unlimited_option(CLI::App& command, bool& unlimited) {
  command.add_flag("--unlimited", unlimited,
                   "Read without limits of memory and time, for files that you trust [default: "
                   "limits that follow from their size]");
}

void go_on_under_limits(std::span<const std::filesystem::path> files,
                        const std::function<void()>& when_complete) {
  const base::Limits limits = base::limits_for(files);
  std::fflush(nullptr);  // otherwise the child would write buffered text again
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0)
    throw std::system_error(errno, std::generic_category(), "cannot start a process to read in");
  if (child == 0) {
    base::die_with(parent);
    base::obey(limits);
    return;
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      throw std::system_error(errno, std::generic_category(), "cannot wait for a child");
  const bool is_complete =
      WIFEXITED(status) && WEXITSTATUS(status) == to_int(base::ExitStatus::complete);
  if (is_complete && when_complete) when_complete();
  end_as(status, files);
}

}  // namespace tscollect::tool
