#include "sampling/event_wait.hpp"

#include "sampling/kernel_time.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <system_error>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434  // for older headers; the number is the same on every architecture
#endif

namespace tscollect::sampling {

using base::Descriptor;

namespace {

/// Sent by the kernel when the parent ends. Not used for anything else.
int parent_signal() { return SIGRTMIN + 3; }

/// The parent whose end is a reason to stop; 0: none.
pid_t watched_parent = 0;

bool is_ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

/// nohup and shells ignore some of these on purpose. Blocking an ignored signal would deliver it to
/// the Waiter.
constexpr std::array ignorable_signals = {SIGHUP, SIGQUIT, SIGUSR2, SIGXCPU};

sigset_t known_set{};
bool set_is_known = false;

/// All signals that a Waiter receives. Which are ignored is asked once, at the start: libraries may
/// change it, as that of Open MPI 5 does with SIGHUP.
const sigset_t& stop_signals() {
  if (set_is_known) return known_set;
  ::sigemptyset(&known_set);
  for (const int signal : {SIGUSR1, SIGINT, SIGTERM, SIGCONT, parent_signal()})
    ::sigaddset(&known_set, signal);
  for (const int signal : ignorable_signals)
    if (!is_ignored(signal)) ::sigaddset(&known_set, signal);
  set_is_known = true;
  return known_set;
}

void ignore_again() {
  for (const int signal : ignorable_signals)
    if (::sigismember(&stop_signals(), signal) == 0) std::signal(signal, SIG_IGN);
}

}  // namespace

void block_stop_signals() { ::pthread_sigmask(SIG_BLOCK, &stop_signals(), nullptr); }

void stop_with_parent() {
  watched_parent = ::getppid();
  ::prctl(PR_SET_PDEATHSIG, parent_signal());
  // The parent may have ended before prctl(); then the kernel sends nothing.
  if (::getppid() != watched_parent) ::kill(::getpid(), parent_signal());
}

Waiter::Waiter()
    : timer_(checked(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK),
                     "timerfd_create")) {
  ignore_again();
  signals_ =
      Descriptor(checked(::signalfd(-1, &stop_signals(), SFD_CLOEXEC | SFD_NONBLOCK), "signalfd"));
}

bool Waiter::watch_process(int process_id) {
  process_id_ = process_id;
  process_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, process_id, 0)));
  return !watched_process_is_gone();
}

bool Waiter::watched_process_is_gone() const {
  return process_id_ > 0 && ::kill(process_id_, 0) != 0 && errno == ESRCH;
}

StopReason Waiter::watched_process_ended() const {
  return {StopCause::process_ended, fmt::format("watched process {} ended", process_id_)};
}

std::optional<StopReason> Waiter::wait_until(MonoTime deadline) {
  itimerspec timer{};
  timer.it_value = to_timespec(deadline.time_since_epoch());
  checked(::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &timer, nullptr), "timerfd_settime");
  // poll() ignores negative descriptors.
  std::array<pollfd, 4> watched = {{{timer_.get(), POLLIN, 0},
                                    {signals_.get(), POLLIN, 0},
                                    {process_.get(), POLLIN, 0},
                                    {other_, POLLIN, 0}}};
  while (::poll(watched.data(), watched.size(), -1) < 0)
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
  if ((watched[1].revents & POLLIN) != 0)
    if (auto reason = take_signal()) return reason;
  if ((watched[2].revents & POLLIN) != 0) {
    process_ = Descriptor();
    return watched_process_ended();
  }
  return std::nullopt;
}

std::optional<StopReason> Waiter::take_signal() {
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    const auto signal = static_cast<int>(info.ssi_signo);
    if (signal == SIGCONT) {
      warned_at_ = mono_now();
    } else if (signal != parent_signal()) {
      return stop_reason_of_signal(signal);
    } else if (::getppid() != watched_parent) {
      // The kernel also sends it when only the parent's thread that started this process has ended.
      return StopReason{StopCause::parent_ended, "the launcher's end"};
    }
  }
  return std::nullopt;
}

void nap(std::chrono::nanoseconds time) {
  const timespec span = to_timespec(time);
  ::nanosleep(&span, nullptr);
}

}  // namespace tscollect::sampling
