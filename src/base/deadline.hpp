#pragma once

#include <tscollect/time.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace tscollect::base {

/// Time limit of a polling wait. Only time in which this process was running counts: if more than
/// `longest_step` has passed since the last poll, the process was suspended (Ctrl-Z, gang
/// scheduling, a paused virtual machine) or starved, perhaps like all the others, and only one step
/// is counted.
class Deadline {
 public:
  explicit Deadline(std::chrono::nanoseconds allowed, MonoTime now = mono_now()) noexcept;

  /// Starts again with the full time.
  void restart(MonoTime now = mono_now()) noexcept;

  /// Whether the time is up. Call it after each poll, so that what arrived during a suspension is
  /// found first.
  [[nodiscard]] bool is_over(MonoTime now = mono_now()) noexcept;

  /// Longest pause before the next poll: a fraction of the time limit.
  [[nodiscard]] std::chrono::nanoseconds pause() const noexcept {
    return std::min(longest_step / 2, allowed_ / 10);
  }

  static constexpr std::chrono::nanoseconds longest_step = std::chrono::seconds(1);

 private:
  std::chrono::nanoseconds allowed_;
  std::chrono::nanoseconds counted_{};
  MonoTime looked_;
};

/// Waits for `condition`, which `changed` announces; false if the deadline passed. Like
/// wait_until() of a condition variable, but time in which the process was suspended does not
/// count.
template <class Condition>
[[nodiscard]] bool wait_by(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                           Deadline deadline, Condition condition) {
  while (!changed.wait_for(lock, deadline.pause(), condition))
    if (deadline.is_over()) return false;
  return true;
}

}  // namespace tscollect::base
