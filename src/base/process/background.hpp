#pragma once

#include <chrono>
#include <functional>

namespace tscollect::base {

/// Runs `work`, which may wait for a slow file system, on a thread of its own, and calls `tend` on
/// the calling thread every `pause` until it is done. Throws what `work` throws.
void run_in_background(const std::function<void()>& work, std::chrono::nanoseconds pause,
                       const std::function<void()>& tend);

}  // namespace tscollect::base
