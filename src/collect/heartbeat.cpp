#include "collect/heartbeat.hpp"

#include "base/process/background.hpp"
#include "base/deadline.hpp"

#include <algorithm>

namespace tscollect::collect {

using namespace std::chrono_literals;

std::chrono::nanoseconds heartbeat_pause(std::chrono::nanoseconds timeout) {
  return std::min<std::chrono::nanoseconds>(2s, timeout / 4);
}

std::chrono::nanoseconds file_system_limit(std::chrono::nanoseconds timeout) {
  return std::max(timeout / 4, std::min<std::chrono::nanoseconds>(2s, timeout / 2));
}

void work_with_heartbeat(gather::Mailbox& mailbox, std::chrono::nanoseconds timeout,
                         const std::function<void()>& work) {
  // Stuck work must not hold up the others: after some time no more heartbeats are sent.
  base::Deadline limit(timeout * timeouts_to_work);
  base::run_in_background(work, heartbeat_pause(timeout), [&] {
    if (!limit.is_over()) mailbox.post(0, gather::Tag::heartbeat);
  });
}

bool somebody_works(gather::Mailbox& mailbox) {
  bool heard = false;
  while (mailbox.take(gather::Tag::heartbeat)) heard = true;
  return heard;
}

Heartbeat::Heartbeat(gather::Mailbox& mailbox, int ranks)
    : mailbox_(mailbox), others_(ranks - 1), begun_(mono_now()) {}

void Heartbeat::beat() {
  if (others_ <= 0) return;
  // In milliseconds, to avoid overflow in long runs.
  const std::int64_t due = (mono_now() - begun_) / 1ms * others_ / (period / 1ms);
  // After a suspension one message to each rank is enough.
  for (sent_ = std::max(sent_, due - others_); sent_ < due; ++sent_)
    mailbox_.post(1 + static_cast<int>(sent_ % others_), gather::Tag::alive);
}

std::chrono::nanoseconds silence_allowed(std::chrono::nanoseconds timeout) {
  constexpr int beats = 3;
  return std::max(beats * Heartbeat::period, timeout);
}

}  // namespace tscollect::collect
