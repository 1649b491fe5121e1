#pragma once

#include "sampling/recorder.hpp"
#include "sampling/event_wait.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace tscollect::app {

/// What a host does besides sampling: rarely, and briefly.
struct Lookout {
  /// Messages, stop file. Returns the reason to stop, if there is one.
  std::function<std::optional<std::string>()> look;
  /// The most that may pass from one look to the next; may change at any time.
  std::function<std::chrono::nanoseconds()> longest_pause;
  /// Called once, after the first sample.
  std::function<void()> after_first_sample;
};

// A stop has two ways to go, from whoever saw a signal to rank 0 and from there to the others, and
// shall be heard everywhere within a second. More looks would wake a rank oftener than its ticks
// and twice a second.
inline constexpr std::chrono::nanoseconds pause_at_rank_0 = std::chrono::milliseconds(500);
inline constexpr std::chrono::nanoseconds pause_elsewhere = std::chrono::milliseconds(500);

/// After SIGCONT, with which some launchers announce the end, or rank 0's word of it.
inline constexpr std::chrono::nanoseconds pause_when_alert = std::chrono::milliseconds(20);
inline constexpr std::chrono::seconds alert_time{4};

/// Samples until `duration` is over, a signal arrives, the watched process ends or the lookout has
/// a reason. Takes the last sample and returns the reason ("duration", "SIGUSR1", …).
[[nodiscard]] std::string sample_until_stopped(record::Recorder& recorder, record::Waiter& waiter,
                                               std::optional<std::chrono::nanoseconds> duration,
                                               const Lookout& lookout);

}  // namespace tscollect::app
