#pragma once

#include <tscollect/time.hpp>

#include <optional>
#include <string>

namespace tscollect::record {

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int descriptor = -1) noexcept : descriptor_(descriptor) {}
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  [[nodiscard]] int get() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

/// Blocks the stop signals (SIGUSR1, SIGINT, SIGTERM) in this thread and in those it will start, so
/// that they arrive at a Waiter and nowhere else. To be called before MPI_Init starts its threads.
void block_stop_signals();

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

  /// Returns at `deadline` with nothing, or earlier with the reason to stop: the signal's name or
  /// "watched process <pid> ended".
  [[nodiscard]] std::optional<std::string> wait_until(MonoTime deadline);

 private:
  Descriptor timer_;
  Descriptor signals_;
  Descriptor process_;
  int process_id_ = 0;
};

/// Sleeps for a short while; for loops that look at MPI, which offers nothing to sleep on.
void nap(std::chrono::nanoseconds time);

}  // namespace tscollect::record
