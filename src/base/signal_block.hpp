#pragma once

#include <csignal>
#include <initializer_list>
#include <pthread.h>

namespace tscollect {

/// While it lives, this thread takes no signals from outside, and threads that it starts never do:
/// they are the business of the thread that waits for them, or the application's.
class SignalBlock {
 public:
  SignalBlock() noexcept {
    sigset_t all;
    ::sigfillset(&all);
    // What a thread's own fault raises ends the process where it is blocked, whoever would catch
    // it.
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
