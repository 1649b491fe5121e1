#pragma once

#include <csignal>
#include <initializer_list>
#include <pthread.h>

namespace tscollect {

/// Blocks the signals of this thread, and of threads started from it, while it exists. They are
/// delivered to the thread that waits for them, or to the application.
class SignalBlock {
 public:
  SignalBlock() noexcept {
    sigset_t all;
    ::sigfillset(&all);
    // A blocked signal that the thread's own error raises would end the process without calling any
    // handler.
    for (const int error : {SIGBUS, SIGSEGV, SIGFPE, SIGILL}) ::sigdelset(&all, error);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalBlock(const SignalBlock&) = delete;
  SignalBlock& operator=(const SignalBlock&) = delete;
  ~SignalBlock() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace tscollect
