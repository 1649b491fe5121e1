#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tscollect::app {

/// While it lives, this thread runs on core `cpu` and, if asked, under the lowest SCHED_FIFO
/// priority. It is for sampling; the work after it is done under the normal scheduler.
class SamplingSchedule {
 public:
  SamplingSchedule(bool realtime, std::optional<int> cpu);
  SamplingSchedule(const SamplingSchedule&) = delete;
  SamplingSchedule& operator=(const SamplingSchedule&) = delete;
  ~SamplingSchedule();

  /// What the kernel refused, as messages; sampling goes on without it.
  [[nodiscard]] const std::vector<std::string>& refused() const noexcept { return refused_; }

 private:
  std::vector<std::string> refused_;
  bool realtime_ = false;
};

}  // namespace tscollect::app
