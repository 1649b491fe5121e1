#pragma once

#include "record/recorder.hpp"
#include "record/waiter.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace tscollect::app {

/// What a host does besides sampling: rarely, and briefly.
struct Lookout {
  /// Called about every pause(): messages, stop file. Returns the reason to stop, if there is one.
  std::function<std::optional<std::string>()> look;
  /// A second, as a rule. Where ticks come as often, looks ride on them and cost no wake-up.
  std::function<std::chrono::nanoseconds()> pause;
  /// Called once, after the first sample.
  std::function<void()> after_first_sample;
};

/// Samples until `duration` is over, a signal arrives, the watched process ends or the lookout has
/// a reason. Takes the last sample and returns the reason ("duration", "SIGUSR1", …).
[[nodiscard]] std::string sample_until_stopped(record::Recorder& recorder, record::Waiter& waiter,
                                               std::optional<std::chrono::nanoseconds> duration,
                                               const Lookout& lookout);

}  // namespace tscollect::app
