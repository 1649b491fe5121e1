#pragma once

#include "base/descriptor.hpp"

#include <tscollect/time.hpp>

namespace tscollect::sampling {

/// What the sampling thread sleeps on: one absolute timer, and a word from another thread to stop.
class TickWait {
 public:
  /// Throws std::system_error if the kernel refuses a descriptor.
  TickWait();

  /// Returns at `time`, or as soon as stop() has been called, with whether it has.
  [[nodiscard]] bool wait_until(MonoTime time);

  /// Any thread may call it.
  void stop() noexcept;

 private:
  base::Descriptor timer_;
  base::Descriptor stop_;
};

}  // namespace tscollect::sampling
