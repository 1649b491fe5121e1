#pragma once

#include "base/descriptor.hpp"

#include <sys/types.h>

namespace tscollect::run {

/// A process in our process group that does nothing but hear signals. It answers a question that
/// the kernel does not: did a signal go to the whole group (then the command has it, and a second
/// SIGTERM would make mpirun leave its ranks behind) or to this process alone (then it is to be
/// passed on)?
class Sentinel {
 public:
  Sentinel();
  Sentinel(const Sentinel&) = delete;
  Sentinel& operator=(const Sentinel&) = delete;
  ~Sentinel();

  /// Whether it has had this signal since it was asked about it before.
  [[nodiscard]] bool heard(int signal);

 private:
  [[noreturn]] static void listen(int socket);

  pid_t pid_ = -1;
  base::Descriptor socket_;
};

}  // namespace tscollect::run
