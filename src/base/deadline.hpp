#pragma once

#include <tscollect/time.hpp>

#include <chrono>

namespace tscollect::record {

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

  static constexpr std::chrono::nanoseconds longest_step = std::chrono::seconds(1);

 private:
  std::chrono::nanoseconds allowed_;
  std::chrono::nanoseconds counted_{};
  MonoTime looked_;
};

}  // namespace tscollect::record
