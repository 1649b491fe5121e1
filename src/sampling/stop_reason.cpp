#include "sampling/stop_reason.hpp"

#include "base/process/signal_name.hpp"

#include <csignal>

namespace tscollect::sampling {

StopReason stop_reason_of_signal(int signal) {
  const StopCause cause = signal == SIGUSR1   ? StopCause::clean_stop
                          : signal == SIGTERM ? StopCause::termination
                                              : StopCause::signal;
  return {cause, base::signal_name(signal)};
}

bool is_urgent(StopCause cause) noexcept {
  return cause == StopCause::termination || cause == StopCause::parent_ended;
}

}  // namespace tscollect::sampling
