#include "sampling/sampling_thread.hpp"

#include "base/error_text.hpp"
#include "base/signal_block.hpp"
#include "sampling/kernel_time.hpp"

#include <algorithm>
#include <cstdint>
#include <poll.h>
#include <string_view>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace tscollect::sampling {

namespace {

constexpr std::size_t longest_error = 256;

base::Descriptor new_event() {
  return base::Descriptor(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"));
}

void raise(const base::Descriptor& event) noexcept {
  const std::uint64_t one = 1;
  static_cast<void>(!::write(event.get(), &one, sizeof one));
}

}  // namespace

SamplingThread::State::State(std::shared_ptr<Recorder> given)
    : recorder(std::move(given)), changed(new_event()), ended(new_event()) {
  error.reserve(longest_error);
}

void SamplingThread::State::announce() const noexcept { raise(changed); }

void SamplingThread::State::run(MonoTime end, const std::function<void()>& prepare) {
  try {
    if (prepare) prepare();
    sample(end);
  } catch (const std::exception& thrown) {
    // Without an allocation, for there may be no memory.
    error.assign(std::string_view(error_text(thrown)).substr(0, error.capacity()));
  }
  has_ended = true;
  raise(ended);
  announce();
}

void SamplingThread::State::sample(MonoTime end) {
  for (;;) {
    const bool stopped = wait.wait_until(std::min(recorder->next_due(), end));
    const MonoTime now = mono_now();
    const bool due = !stopped && now >= recorder->next_due();
    if (due) recorder->take_due();
    const bool last = stopped || now >= end;
    if (last && !due) recorder->take_last();
    if (!has_begun) {
      has_begun = true;
      announce();
    }
    if (last) return;
  }
}

SamplingThread::SamplingThread(std::shared_ptr<Recorder> recorder, MonoTime end,
                               std::function<void()> prepare)
    : state_(std::make_shared<State>(std::move(recorder))) {
  const SignalBlock none;
  thread_ = std::thread(
      [state = state_, end, prepare = std::move(prepare)] { state->run(end, prepare); });
}

SamplingThread::~SamplingThread() {
  stop();
  if (wait_for_end(base::Deadline(longest_goodbye)))
    thread_.join();
  else
    thread_.detach();
}

void SamplingThread::acknowledge() const noexcept {
  std::uint64_t count = 0;
  static_cast<void>(!::read(state_->changed.get(), &count, sizeof count));
}

bool SamplingThread::wait_for_end(base::Deadline deadline) const {
  constexpr int pause_ms = 20;
  pollfd ended{state_->ended.get(), POLLIN, 0};
  while (!state_->has_ended && !deadline.is_over()) static_cast<void>(::poll(&ended, 1, pause_ms));
  return state_->has_ended;
}

}  // namespace tscollect::sampling
