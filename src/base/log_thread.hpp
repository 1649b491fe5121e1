#pragma once

#include <chrono>

namespace tscollect::base {

/// From here on a thread of its own writes log messages to standard error, so that no caller waits
/// for a reader that has stopped reading (a full pipe, Ctrl-S). The queue is bounded: messages
/// beyond it are dropped and counted, and the count is logged when there is room again.
void start_log_thread();

/// Before the process ends: waits until all messages are written, for `longest` at most.
void flush_log(std::chrono::nanoseconds longest) noexcept;

/// The longest that the end of the process waits for its last messages to be written.
inline constexpr std::chrono::milliseconds log_flush_time{1000};

}  // namespace tscollect::base
