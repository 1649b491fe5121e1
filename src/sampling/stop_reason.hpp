#pragma once

#include <string>

namespace tscollect::sampling {

/// Why sampling ends; decides how the program ends.
enum class StopCause {
  duration,       ///< --duration has passed
  clean_stop,     ///< SIGUSR1
  signal,         ///< another signal, after which there is time to write
  termination,    ///< SIGTERM: SIGKILL is likely to follow
  parent_ended,   ///< the launcher or its daemon has ended
  process_ended,  ///< --watch-pid
  stop_file,      ///< --stop-file
  rank_0_silent,  ///< this host has lost contact to rank 0
  error           ///< a host cannot go on
};

/// The cause, and its description for messages and the file: "SIGTERM on node02".
struct StopReason {
  StopCause cause = StopCause::duration;
  std::string text = "duration";
};

[[nodiscard]] StopReason stop_reason_of_signal(int signal);

/// Whether the process is likely to be killed within a second or two.
[[nodiscard]] bool is_urgent(StopCause cause) noexcept;

}  // namespace tscollect::sampling
