#pragma once

#include "collect/host_session.hpp"
#include "sampling/event_wait.hpp"

#include <chrono>
#include <functional>
#include <optional>

namespace tscollect::collect {

/// What the control thread does while the sampling thread samples: rarely, and briefly. It owns MPI
/// and the signals, and never reads a metric or touches a file of the user's.
struct ControlHooks {
  /// Messages and what helper threads have found. Returns the reason to stop, if there is one.
  std::function<std::optional<sampling::StopReason>()> look;
  /// The most that may pass from one look to the next; may change at any time.
  std::function<std::chrono::nanoseconds()> longest_pause;
  /// Called once, after the first sample.
  std::function<void()> after_first_sample;
};

// A stop has two ways to go, from whoever saw a signal to rank 0 and from there to the others, and
// shall be heard everywhere in little more than a second. Looks wake a rank, and together with its
// ticks at 1 Hz these stay below three times a second.
inline constexpr std::chrono::nanoseconds pause_at_rank_0 = std::chrono::milliseconds(550);
inline constexpr std::chrono::nanoseconds pause_elsewhere = std::chrono::milliseconds(600);

/// After SIGCONT, with which some launchers announce the end, or rank 0's word of it.
inline constexpr std::chrono::nanoseconds pause_when_alert = std::chrono::milliseconds(20);
inline constexpr std::chrono::seconds alert_time{4};

/// Has the host sample until `duration` is over, a signal arrives, the watched process ends or a
/// look finds a reason. Asks the sampling thread for the last sample, without waiting for it, and
/// returns the reason. A host whose sampling has failed stays until then.
[[nodiscard]] sampling::StopReason control_until_stopped(HostSession& host,
                                                         sampling::Waiter& waiter,
                                                         const ControlHooks& hooks);

}  // namespace tscollect::collect
