#include "sampling/tick_wait.hpp"

#include "sampling/kernel_time.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace tscollect::sampling {

TickWait::TickWait()
    : timer_(
          checked(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK), "timerfd_create")),
      stop_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")) {}

bool TickWait::wait_until(MonoTime time) {
  itimerspec timer{};
  timer.it_value = to_timespec(time.time_since_epoch());
  checked(::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &timer, nullptr), "timerfd_settime");
  std::array<pollfd, 2> watched = {{{timer_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}}};
  while (::poll(watched.data(), watched.size(), -1) < 0)
    if (errno != EINTR) checked(-1, "poll");
  return (watched[1].revents & POLLIN) != 0;
}

void TickWait::stop() noexcept {
  const std::uint64_t one = 1;
  static_cast<void>(!::write(stop_.get(), &one, sizeof one));
}

}  // namespace tscollect::sampling
