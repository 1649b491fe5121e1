#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tscollect::collect {

/// Puts the calling thread, and no other, on core `cpu` and, if asked, under the lowest SCHED_FIFO
/// priority. It is for the sampling thread, with which it ends.
/// Returns what the kernel refused, as messages; sampling goes on without it.
[[nodiscard]] std::vector<std::string> schedule_sampling(bool realtime, std::optional<int> cpu);

}  // namespace tscollect::collect
