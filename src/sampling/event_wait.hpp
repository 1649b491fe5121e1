#pragma once

#include "base/descriptor.hpp"
#include "sampling/stop_reason.hpp"

#include <tscollect/time.hpp>

#include <optional>

namespace tscollect::sampling {

/// Blocks the stop signals (SIGUSR1, SIGINT, SIGTERM, and where they are not ignored SIGHUP,
/// SIGQUIT, SIGUSR2, SIGXCPU), SIGCONT and the signal of stop_with_parent() in this thread and in
/// those it will start, so that they arrive at a Waiter and nowhere else. To be called before
/// MPI_Init starts its threads.
void block_stop_signals();

/// From here on the end of the parent process, a launcher or its daemon, is a reason to stop. Some
/// launchers end without a word: then MPI's own thread ends this process a second later.
void stop_with_parent();

/// Sleeps in the kernel until a deadline, a stop signal or the end of a watched process: one
/// absolute timer and everything else through file descriptors. Nothing is polled.
class Waiter {
 public:
  /// Throws std::system_error if the kernel refuses a descriptor.
  Waiter();

  /// Also wakes when this process ends. False if there is no such process; where the kernel has no
  /// pidfd (before Linux 5.3) the caller has to look itself, see watched_process_is_gone().
  bool watch_process(int process_id);
  [[nodiscard]] bool watched_process_is_gone() const;
  [[nodiscard]] StopReason watched_process_ended() const;

  /// Also wakes when this descriptor is readable, which its owner undoes; -1: no longer.
  void wake_for(int descriptor) noexcept { other_ = descriptor; }

  /// Returns at `deadline` with nothing, or earlier with the reason to stop: a signal, or the end
  /// of the watched process or of the parent. Also returns early, with nothing, at SIGCONT and for
  /// wake_for().
  [[nodiscard]] std::optional<StopReason> wait_until(MonoTime deadline);

  /// When the last SIGCONT came. Open MPI and Slurm send one a second before, or together with, the
  /// SIGTERM that they let SIGKILL follow.
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

/// Sleeps for a short while; for loops that look at MPI, which offers nothing to sleep on.
void nap(std::chrono::nanoseconds time);

}  // namespace tscollect::sampling
