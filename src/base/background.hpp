#pragma once

#include <chrono>
#include <functional>

namespace tscollect::app {

/// Does `work`, which may wait for a slow file system, on a thread of its own, and calls `tend` on
/// this one every `pause` until it is done. Throws what `work` throws.
void work_aside(const std::function<void()>& work, std::chrono::nanoseconds pause,
                const std::function<void()>& tend);

}  // namespace tscollect::app
