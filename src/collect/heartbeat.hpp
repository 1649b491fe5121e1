#pragma once

#include "gather/mailbox.hpp"

#include <tscollect/time.hpp>

#include <chrono>
#include <cstdint>
#include <functional>

namespace tscollect::collect {

/// Longest time between two heartbeats of a working rank: ranks that wait for it give up after one
/// or a few --timeouts of silence.
[[nodiscard]] std::chrono::nanoseconds heartbeat_pause(std::chrono::nanoseconds timeout);

/// How long a step of the start, or a check at the end, may wait for a file system: a quarter of
/// --timeout, but at least two seconds or half of --timeout, whichever is less.
[[nodiscard]] std::chrono::nanoseconds file_system_limit(std::chrono::nanoseconds timeout);

/// Work that others wait for is considered stuck after this many --timeouts.
inline constexpr int timeouts_to_work = 10;

/// At a host: runs `work`, which may take long, in the background (run_in_background()) and sends
/// heartbeats to rank 0 meanwhile, for at most timeouts_to_work. Throws what `work` throws.
void work_with_heartbeat(gather::Mailbox& mailbox, std::chrono::nanoseconds timeout,
                         const std::function<void()>& work);

/// At rank 0: whether any host has sent a heartbeat since the last call.
[[nodiscard]] bool somebody_works(gather::Mailbox& mailbox);

/// At rank 0 while sampling: sends every other rank an empty message once per `period`, to show
/// that rank 0 is running. The messages are sent during polls that happen anyway, and are spread
/// evenly over the period.
class Heartbeat {
 public:
  Heartbeat(gather::Mailbox& mailbox, int ranks);

  /// Sends the messages that are due. Called at each poll.
  void beat();

  static constexpr std::chrono::nanoseconds period = std::chrono::seconds(10);

 private:
  gather::Mailbox& mailbox_;
  std::int64_t others_;
  MonoTime begun_;
  std::int64_t sent_ = 0;
};

/// How long rank 0 may be silent while a host samples.
[[nodiscard]] std::chrono::nanoseconds silence_allowed(std::chrono::nanoseconds timeout);

}  // namespace tscollect::collect
