#pragma once

#include "collect/session/host_session.hpp"
#include "sampling/event_wait.hpp"

#include <chrono>
#include <functional>
#include <optional>

namespace tscollect::collect {

/// Work of the control thread while the sampling thread samples; infrequent and short. It owns MPI
/// and the signals, and never reads a metric or opens a file of the user.
struct ControlHooks {
  /// Checks messages and the results of helper threads. Returns the reason to stop, if any.
  std::function<std::optional<sampling::StopReason>()> look;
  /// Longest time between two calls of look(); may change at any time.
  std::function<std::chrono::nanoseconds()> longest_pause;
  /// Called once, after the first sample.
  std::function<void()> after_first_sample;
};

// A stop travels from the process that saw the signal to rank 0 and from there to the others, and
// must arrive everywhere in little more than a second. Each poll wakes a rank; together with its
// ticks at 1 Hz it wakes less than three times per second.
inline constexpr std::chrono::nanoseconds pause_at_rank_0 = std::chrono::milliseconds(550);
inline constexpr std::chrono::nanoseconds pause_elsewhere = std::chrono::milliseconds(600);

/// After SIGCONT, which some launchers send before the end, or after rank 0's alert.
inline constexpr std::chrono::nanoseconds pause_when_alert = std::chrono::milliseconds(20);
inline constexpr std::chrono::seconds alert_time{4};

/// Lets the host sample until `duration` is over, a signal arrives, the watched process ends or
/// look() returns a reason. Requests the last sample, without waiting for it, and returns the
/// reason. A host whose sampling has failed also stays until then.
[[nodiscard]] sampling::StopReason control_until_stopped(HostSession& host,
                                                         sampling::Waiter& waiter,
                                                         const ControlHooks& hooks);

}  // namespace tscollect::collect
