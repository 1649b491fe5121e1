#pragma once

#include <tscollect/time.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace tscollect::base {

/// The time allowed for a wait that looks, sleeps briefly, and looks again. Only time in which this
/// process could look counts: where more than `longest_step` has passed since the last look, it was
/// suspended (Ctrl-Z, gang scheduling, a paused virtual machine) or starved, so was perhaps
/// everybody else, and only a step is counted.
class Deadline {
 public:
  explicit Deadline(std::chrono::nanoseconds allowed, MonoTime now = mono_now()) noexcept;

  /// All of the time is there again.
  void restart(MonoTime now = mono_now()) noexcept;

  /// Whether the time is up. To be asked after each look, so that what arrived meanwhile is found
  /// first.
  [[nodiscard]] bool is_over(MonoTime now = mono_now()) noexcept;

  /// When to look again, at the latest: a few times within what is allowed.
  [[nodiscard]] std::chrono::nanoseconds pause() const noexcept {
    return std::min(longest_step / 2, allowed_ / 10);
  }

  static constexpr std::chrono::nanoseconds longest_step = std::chrono::seconds(1);

 private:
  std::chrono::nanoseconds allowed_;
  std::chrono::nanoseconds counted_{};
  MonoTime looked_;
};

/// Waits for `condition`, which `changed` announces; false: it did not come by the deadline. As
/// wait_until() of a condition variable, but time in which nobody ran does not count.
template <class Condition>
[[nodiscard]] bool wait_by(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                           Deadline deadline, Condition condition) {
  while (!changed.wait_for(lock, deadline.pause(), condition))
    if (deadline.is_over()) return false;
  return true;
}

}  // namespace tscollect::base
