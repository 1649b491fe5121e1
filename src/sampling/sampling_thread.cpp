#include "sampling/sampling_thread.hpp"

#include "base/text/error_text.hpp"
#include "base/process/signal_block.hpp"
#include "sampling/kernel_time.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <poll.h>
#include <string_view>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace tscollect::sampling {

namespace {

constexpr std::size_t longest_error = 256;

base::Descriptor new_event() {
  return base::Descriptor(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"));
}

base::Descriptor new_timer() {
  return base::Descriptor(
      checked(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK), "timerfd_create"));
}

void raise(const base::Descriptor& event) noexcept {
  const std::uint64_t one = 1;
  static_cast<void>(!::write(event.get(), &one, sizeof one));
}

void take_count(const base::Descriptor& event) noexcept {
  std::uint64_t count = 0;
  static_cast<void>(!::read(event.get(), &count, sizeof count));
}

int to_ms(std::chrono::nanoseconds time) {
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(time).count());
}

// Checks of a read that may be stuck, within Recorder::stuck_after().
constexpr int checks_in_stuck_after = 4;

}  // namespace

SamplingThread::State::State(std::shared_ptr<Recorder> given, MonoTime given_end)
    : recorder(std::move(given)),
      until(given_end),
      watch_timer(new_timer()),
      over(new_event()),
      changed(new_event()),
      ended(new_event()) {
  error.reserve(longest_error);
}

void SamplingThread::State::announce() const noexcept { raise(changed); }

void SamplingThread::State::run(const std::function<void()>& prepare) {
  this->end([&] {
    if (prepare) prepare();
    start_watch(false);
    sample();
  });
}

/// Does the work, which samples to the end, and ends sampling. A thread that is replaced meanwhile
/// has ended nothing.
void SamplingThread::State::end(const std::function<void()>& work) {
  try {
    work();
  } catch (const Replaced& replaced) {
    return replaced.slot->serve();
  } catch (const std::exception& thrown) {
    // Does not allocate, as memory may be exhausted.
    error.assign(std::string_view(error_text(thrown)).substr(0, error.capacity()));
  }
  raise(over);
  if (watcher.joinable()) watcher.join();
  recorder->close();
  has_ended = true;
  raise(ended);
  announce();
}

void SamplingThread::State::sample() {
  while (sample_once()) continue;
}

bool SamplingThread::State::sample_once() {
  const MonoTime next = std::min(recorder->next_due(), until);
  set_watch(next + recorder->stuck_after());
  const bool stopped = wait.wait_until(next);
  const MonoTime now = mono_now();
  const bool due = !stopped && now >= recorder->next_due();
  if (due) recorder->take_due();
  const bool last = stopped || now >= until;
  if (last && !due) {
    set_watch(now + recorder->stuck_after());
    recorder->take_last();
  }
  if (!has_begun) {
    has_begun = true;
    announce();
  }
  return !last;
}

void SamplingThread::State::set_watch(MonoTime time) {
  watched_until = time;
  itimerspec timer{};
  timer.it_value = to_timespec(time.time_since_epoch());
  checked(::timerfd_settime(watch_timer.get(), TFD_TIMER_ABSTIME, &timer, nullptr),
          "timerfd_settime");
}

/// `at_once`: a sample is being made that is late already. Without one more thread sampling goes on
/// unwatched.
void SamplingThread::State::start_watch(bool at_once) {
  try {
    watcher = std::thread([self = shared_from_this(), at_once] { self->watch(at_once); });
  } catch (const std::system_error&) {
    return;
  }
}

/// Sleeps while samples end in time. Otherwise this thread samples from then on. The timer goes off
/// once; a sample that has not even begun by then (the machine is busy) is looked at again.
void SamplingThread::State::watch(bool at_once) {
  bool is_awake = at_once;
  for (;;) {
    std::array<pollfd, 2> watched = {{{watch_timer.get(), POLLIN, 0}, {over.get(), POLLIN, 0}}};
    const int limit_ms = is_awake ? to_ms(recorder->stuck_after() / checks_in_stuck_after) : -1;
    if (!std::exchange(at_once, false) && ::poll(watched.data(), watched.size(), limit_ms) < 0)
      continue;
    if ((watched[1].revents & POLLIN) != 0) return;
    take_count(watch_timer);
    is_awake = is_overdue();
    if (!take_over_if_stuck()) continue;
    was_replaced = true;
    return this->end([this] {
      watcher.detach();  // this thread
      start_watch(true);
      recorder->resume();
      if (!has_begun) {
        has_begun = true;
        announce();
      }
      sample();
    });
  }
}

/// Whether the sampling thread has not put off the timer since it went off.
bool SamplingThread::State::is_overdue() const noexcept {
  return watched_until.load() <= mono_now();
}

/// Whether sampling is over, at the latest after that time.
bool SamplingThread::State::is_over_after(std::chrono::nanoseconds time) const {
  pollfd watched{over.get(), POLLIN, 0};
  return ::poll(&watched, 1, to_ms(time)) > 0;
}

bool SamplingThread::State::take_over_if_stuck() {
  while (recorder->activity()) {
    const auto turn = recorder->turn();
    if (is_over_after(recorder->stuck_after() / checks_in_stuck_after)) return false;
    if (turn && recorder->take_over(*turn)) return true;
  }
  return false;
}

SamplingThread::SamplingThread(std::shared_ptr<Recorder> recorder, MonoTime end,
                               std::function<void()> prepare)
    : state_(std::make_shared<State>(std::move(recorder), end)) {
  const SignalBlock none;
  thread_ = std::thread([state = state_, prepare = std::move(prepare)] { state->run(prepare); });
}

SamplingThread::~SamplingThread() {
  stop();
  if (wait_for_end(base::Deadline(longest_goodbye)) && !state_->was_replaced)
    thread_.join();
  else
    thread_.detach();
}

void SamplingThread::acknowledge() const noexcept { take_count(state_->changed); }

bool SamplingThread::wait_for_end(base::Deadline deadline) const {
  constexpr int pause_ms = 20;
  pollfd ended{state_->ended.get(), POLLIN, 0};
  while (!state_->has_ended && !deadline.is_over()) static_cast<void>(::poll(&ended, 1, pause_ms));
  return state_->has_ended;
}

}  // namespace tscollect::sampling
