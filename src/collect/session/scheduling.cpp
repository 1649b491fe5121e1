#include "collect/session/scheduling.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <cerrno>
#include <cstring>

namespace tscollect::collect {

std::vector<std::string> schedule_sampling(bool realtime, std::optional<int> cpu) {
  std::vector<std::string> refused;
  if (cpu) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    if (*cpu < CPU_SETSIZE) CPU_SET(static_cast<std::size_t>(*cpu), &cores);
    // 0: this thread.
    if (::sched_setaffinity(0, sizeof cores, &cores) != 0)
      refused.push_back(fmt::format("--cpu {}: not possible here: {}; going on without it", *cpu,
                                    std::strerror(errno)));
  }
  if (!realtime) return refused;
  sched_param priority{};
  priority.sched_priority = ::sched_get_priority_min(SCHED_FIFO);
  // SCHED_RESET_ON_FORK: child processes must not inherit the priority.
  if (::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &priority) != 0)
    refused.push_back(
        fmt::format("--realtime: SCHED_FIFO is not permitted: {} (it needs CAP_SYS_NICE or an "
                    "rtprio limit); going on under the normal scheduler",
                    std::strerror(errno)));
  return refused;
}

}  // namespace tscollect::collect
