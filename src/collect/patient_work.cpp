#include "collect/patient_work.hpp"

#include "base/background_task.hpp"
#include "collect/heartbeat.hpp"

namespace tscollect::app {

void PatientWork::ask_for_patience() {
  if (mono_now() < due_) return;
  due_ = mono_now() + patience_pause(timeout_);
  for (int rank = 1; rank < ranks_; ++rank) mailbox_.post(rank, gather::Tag::patience);
}

bool PatientWork::finishes(const std::function<void()>& work) {
  record::Deadline deadline(limit());
  const BackgroundTask task(work);
  while (!task.wait(record::Deadline(patience_pause(timeout_) / 4))) {
    ask_for_patience();
    if (deadline.is_over()) return false;
  }
  task.rethrow();
  return true;
}

std::chrono::nanoseconds PatientWork::limit() const noexcept { return timeout_ * timeouts_to_work; }

}  // namespace tscollect::app
