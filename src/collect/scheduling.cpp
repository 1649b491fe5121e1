#include "collect/scheduling.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <cerrno>
#include <cstring>

namespace tscollect::app {

SamplingSchedule::SamplingSchedule(bool realtime, std::optional<int> cpu) {
  if (cpu) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    if (*cpu < CPU_SETSIZE) CPU_SET(static_cast<std::size_t>(*cpu), &cores);
    if (::sched_setaffinity(0, sizeof cores, &cores) != 0)
      refused_.push_back(fmt::format("--cpu {}: not possible here: {}; going on without it", *cpu,
                                     std::strerror(errno)));
  }
  if (!realtime) return;
  sched_param priority{};
  priority.sched_priority = ::sched_get_priority_min(SCHED_FIFO);
  // SCHED_RESET_ON_FORK: nothing that we start is to inherit it.
  realtime_ = ::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &priority) == 0;
  if (!realtime_)
    refused_.push_back(
        fmt::format("--realtime: SCHED_FIFO is not permitted: {} (it needs CAP_SYS_NICE or an "
                    "rtprio limit); going on under the normal scheduler",
                    std::strerror(errno)));
}

SamplingSchedule::~SamplingSchedule() {
  const sched_param normal{};
  if (realtime_) ::sched_setscheduler(0, SCHED_OTHER, &normal);
}

}  // namespace tscollect::app
