#include "run/signals.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <initializer_list>
#include <utility>

namespace tscollect::run {

Inherited Inherited::save() {
  Inherited inherited;
  ::sigprocmask(SIG_BLOCK, nullptr, &inherited.mask_);
  for (int signal = 1; signal < signals; ++signal) {
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) == 0)
      inherited.ignored_.at(static_cast<std::size_t>(signal)) = action.sa_handler == SIG_IGN;
  }
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    inherited.closed_.at(static_cast<std::size_t>(stream)) = ::fcntl(stream, F_GETFD) < 0;
  return inherited;
}

bool Inherited::ignores(int signal) const { return ignored_.at(static_cast<std::size_t>(signal)); }

void Inherited::restore() const {
  for (int signal = 1; signal < signals; ++signal)
    std::signal(signal, ignores(signal) ? SIG_IGN : SIG_DFL);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (closed_.at(static_cast<std::size_t>(stream))) ::close(stream);
  ::sigprocmask(SIG_SETMASK, &mask_, nullptr);
}

sigset_t taken_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD})
    ::sigaddset(&set, signal);
  return set;
}

void take_signals() {
  std::signal(SIGCHLD, SIG_DFL);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  // Writing to a terminal from the background must not stop this process.
  std::signal(SIGTTOU, SIG_IGN);
  const sigset_t set = taken_signals();
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
}

void set_default_signals() {
  constexpr int signals = 65;
  for (int signal = 1; signal < signals; ++signal) std::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace tscollect::run
