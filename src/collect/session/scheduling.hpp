#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tscollect::collect {

/// Pins only the calling thread, the sampling thread, to core `cpu` and, if requested, gives it the
/// lowest SCHED_FIFO priority. Returns what the kernel refused, as messages; sampling continues
/// without it.
[[nodiscard]] std::vector<std::string> schedule_sampling(bool realtime, std::optional<int> cpu);

}  // namespace tscollect::collect
