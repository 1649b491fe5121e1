#pragma once

#include "gather/mailbox.hpp"

#include <tscollect/time.hpp>

#include <chrono>
#include <functional>

namespace tscollect::collect {

/// Rank 0 after the stop: the others hear from it while it works, however slow a disk is.
class PatientWork {
 public:
  /// `ranks`: of the job, with those that do not sample.
  PatientWork(gather::Mailbox& mailbox, int ranks, std::chrono::nanoseconds timeout)
      : mailbox_(mailbox), ranks_(ranks), timeout_(timeout) {}

  /// At every look: tells the others, as often as is due.
  void send_heartbeats();

  /// Does `work`, which waits for a file system, on a thread of its own. False: it has not returned
  /// within limit(), and the thread is left to it. Throws what `work` throws.
  [[nodiscard]] bool finishes(const std::function<void()>& work);

  [[nodiscard]] std::chrono::nanoseconds limit() const noexcept;

 private:
  gather::Mailbox& mailbox_;
  int ranks_;
  std::chrono::nanoseconds timeout_;
  MonoTime due_{};
};

}  // namespace tscollect::collect
