#pragma once

#include "base/files/descriptor.hpp"

#include <tscollect/time.hpp>

namespace tscollect::sampling {

/// What the sampling thread waits on: a timer with absolute times, and a request to stop.
class TickWait {
 public:
  /// Throws std::system_error if the kernel refuses a descriptor.
  TickWait();

  /// Returns at `time` or at stop(); true if stop() has been called.
  [[nodiscard]] bool wait_until(MonoTime time);

  /// May be called from any thread.
  void stop() noexcept;

 private:
  base::Descriptor timer_;
  base::Descriptor stop_;
};

}  // namespace tscollect::sampling
