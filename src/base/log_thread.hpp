#pragma once

#include <chrono>

namespace tscollect::record {

/// From here on a thread of its own writes the words to standard error, whose reader may have
/// stopped reading (a full pipe, Ctrl-S): nobody who has something to say waits for it. What is
/// beyond a bounded queue is lost and counted, and the count is said when there is room again.
void start_log_thread();

/// Before the process ends: waits until the words are written, for `longest` at most.
void flush_log(std::chrono::nanoseconds longest) noexcept;

/// How long an ending may wait for somebody to take its last words.
inline constexpr std::chrono::milliseconds last_words_time{1000};

}  // namespace tscollect::record
