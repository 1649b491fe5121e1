#pragma once

#include "gather/mailbox.hpp"

#include <tscollect/time.hpp>

#include <chrono>
#include <functional>

namespace tscollect::collect {

/// Rank 0 after the stop: sends heartbeats to the others while it works, however slow a disk is.
class PatientWork {
 public:
  /// `ranks`: size of the job, including ranks that do not sample.
  PatientWork(gather::Mailbox& mailbox, int ranks, std::chrono::nanoseconds timeout)
      : mailbox_(mailbox), ranks_(ranks), timeout_(timeout) {}

  /// Sends heartbeats when they are due. Called at every poll.
  void send_heartbeats();

  /// Runs `work`, which waits for a file system, on a thread of its own. False: it has not returned
  /// within limit(), and the thread is abandoned. Throws what `work` throws.
  [[nodiscard]] bool finishes(const std::function<void()>& work);

  [[nodiscard]] std::chrono::nanoseconds limit() const noexcept;

 private:
  gather::Mailbox& mailbox_;
  int ranks_;
  std::chrono::nanoseconds timeout_;
  MonoTime due_{};
};

}  // namespace tscollect::collect
