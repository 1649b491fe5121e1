#pragma once

#include "gather/mailbox.hpp"

#include <tscollect/time.hpp>

#include <chrono>
#include <cstdint>
#include <functional>

namespace tscollect::collect {

/// How often those who wait for a rank that works hear from it, at least: they give up after a
/// --timeout, or a few, without a word.
[[nodiscard]] std::chrono::nanoseconds heartbeat_pause(std::chrono::nanoseconds timeout);

/// How long a step of the start, or a look at the end, may wait for a file system: a quarter of
/// --timeout, and two seconds on a busy machine, if half of it allows them.
[[nodiscard]] std::chrono::nanoseconds file_system_limit(std::chrono::nanoseconds timeout);

/// A piece of work that others wait for may take so many --timeouts; then it is taken to be stuck.
inline constexpr int timeouts_to_work = 10;

/// At a host: does `work`, which may take long, aside (see run_in_background()), and tells rank 0
/// meanwhile that it goes on, for as long as timeouts_to_work allows. Throws what `work` throws.
void work_with_heartbeat(gather::Mailbox& mailbox, std::chrono::nanoseconds timeout,
                         const std::function<void()>& work);

/// At rank 0: whether any host has said so since the last look.
[[nodiscard]] bool somebody_works(gather::Mailbox& mailbox);

/// At rank 0 while sampling: tells every other rank, rarely, that rank 0 is there. An empty message
/// in `period`, with looks that are made anyway; the ranks have their turns spread over it.
class Heartbeat {
 public:
  Heartbeat(gather::Mailbox& mailbox, int ranks);

  /// At each look: sends what is due.
  void beat();

  static constexpr std::chrono::nanoseconds period = std::chrono::seconds(10);

 private:
  gather::Mailbox& mailbox_;
  std::int64_t others_;
  MonoTime begun_;
  std::int64_t sent_ = 0;
};

/// So long may rank 0 be silent while a host samples.
[[nodiscard]] std::chrono::nanoseconds silence_allowed(std::chrono::nanoseconds timeout);

}  // namespace tscollect::collect
