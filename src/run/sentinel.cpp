#include "run/sentinel.hpp"

#include "run/close_all.hpp"
#include "run/signals.hpp"

#include <array>
#include <cstdint>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tscollect::run {

using base::Descriptor;

namespace {

constexpr int wait_ms = 500;

}  // namespace

Sentinel::Sentinel() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return;
  socket_ = Descriptor(ends[0]);
  const Descriptor its_end(ends[1]);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);
  close_all_but({its_end.get()}, 0);
  listen(its_end.get());
}

Sentinel::~Sentinel() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

/// Answers each request, the number of a signal, with whether it was received since the last
/// request for it.
void Sentinel::listen(int socket) {
  const sigset_t set = taken_signals();
  const Descriptor signals(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  std::uint64_t heard = 0;
  std::uint8_t question = 0;
  while (::recv(socket, &question, 1, 0) == 1) {
    signalfd_siginfo info{};
    while (::read(signals.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info))
      heard |= std::uint64_t{1} << (info.ssi_signo & 63U);
    const std::uint64_t bit = std::uint64_t{1} << (question & 63U);
    const std::uint8_t answer = (heard & bit) != 0 ? 1 : 0;
    heard &= ~bit;
    if (::send(socket, &answer, 1, MSG_NOSIGNAL) != 1) break;
  }
  ::_exit(0);
}

bool Sentinel::heard(int signal) {
  const auto question = static_cast<std::uint8_t>(signal);
  std::uint8_t answer = 0;
  // Removes the answer to a request that timed out.
  while (::recv(socket_.get(), &answer, 1, MSG_DONTWAIT) == 1) {
  }
  if (::send(socket_.get(), &question, 1, MSG_NOSIGNAL) != 1) return false;
  pollfd watched{socket_.get(), POLLIN, 0};
  if (::poll(&watched, 1, wait_ms) != 1) return false;
  return ::recv(socket_.get(), &answer, 1, 0) == 1 && answer != 0;
}

}  // namespace tscollect::run
