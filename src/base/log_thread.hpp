#pragma once

#include <chrono>

namespace tscollect::base {

/// Starts a thread that writes log messages to standard error, so that no caller waits for a reader
/// that has stopped reading (a full pipe, Ctrl-S). The queue is bounded: messages beyond it are
/// dropped and counted, and the count is logged when there is room again.
void start_log_thread();

/// Waits until all messages are written, for at most `longest`. Call it before the process ends.
void flush_log(std::chrono::nanoseconds longest) noexcept;

/// Longest time that the process waits for its last messages when it ends.
inline constexpr std::chrono::milliseconds log_flush_time{1000};

}  // namespace tscollect::base
