#pragma once

#include "base/files/descriptor.hpp"
#include "sampling/stop_reason.hpp"

#include <tscollect/time.hpp>

#include <optional>

namespace tscollect::sampling {

/// Blocks the stop signals (SIGUSR1, SIGINT, SIGTERM, and unless they are ignored SIGHUP, SIGQUIT,
/// SIGUSR2, SIGXCPU), SIGCONT and the signal of stop_with_parent() in this thread and in the
/// threads it will start, so that only a Waiter receives them. Call it before MPI_Init starts its
/// threads.
void block_stop_signals();

/// Makes the end of the parent process, a launcher or its daemon, a reason to stop. Some launchers
/// end without sending a signal; MPI's own thread then ends this process a second later.
void stop_with_parent();

/// Sleeps until a deadline, a stop signal or the end of a watched process, by poll() on a timer
/// with absolute times and on other descriptors. It does not wake up in between.
class Waiter {
 public:
  /// Throws std::system_error if the kernel refuses a descriptor.
  Waiter();

  /// Also returns when this process ends. False if there is no such process. Without pidfd (before
  /// Linux 5.3) the caller has to check by itself, see watched_process_is_gone().
  bool watch_process(int process_id);
  [[nodiscard]] bool watched_process_is_gone() const;
  [[nodiscard]] StopReason watched_process_ended() const;

  /// Also returns when this descriptor is readable. Its owner has to drain it; -1: none.
  void wake_for(int descriptor) noexcept { other_ = descriptor; }

  /// Returns nothing at `deadline`, or earlier the reason to stop: a signal, or the end of the
  /// watched process or of the parent. Also returns nothing early, on SIGCONT and for wake_for().
  [[nodiscard]] std::optional<StopReason> wait_until(MonoTime deadline);

  /// Time of the last SIGCONT. Open MPI and Slurm send one up to a second before the SIGTERM that
  /// SIGKILL follows.
  [[nodiscard]] std::optional<MonoTime> warned_at() const noexcept { return warned_at_; }
  [[nodiscard]] bool was_warned_within(std::chrono::nanoseconds time) const {
    return warned_at_ && mono_now() < *warned_at_ + time;
  }

 private:
  [[nodiscard]] std::optional<StopReason> take_signal();

  std::optional<MonoTime> warned_at_;
  base::Descriptor timer_;
  base::Descriptor signals_;
  base::Descriptor process_;
  int process_id_ = 0;
  int other_ = -1;
};

/// Sleeps briefly; for loops that poll MPI, which offers nothing to wait on.
void nap(std::chrono::nanoseconds time);

}  // namespace tscollect::sampling
