#pragma once

#include "base/files/descriptor.hpp"

#include <sys/types.h>

namespace tscollect::run {

/// A process in this process group that only records signals. It tells whether a signal was sent to
/// the whole group, which the kernel does not report. Then the command has received it (and a
/// second SIGTERM would make mpirun abandon its ranks); otherwise it has to be forwarded.
class Sentinel {
 public:
  Sentinel();
  Sentinel(const Sentinel&) = delete;
  Sentinel& operator=(const Sentinel&) = delete;
  ~Sentinel();

  /// Whether it has received this signal since the last call for it.
  [[nodiscard]] bool heard(int signal);

 private:
  [[noreturn]] static void listen(int socket);

  pid_t pid_ = -1;
  base::Descriptor socket_;
};

}  // namespace tscollect::run
