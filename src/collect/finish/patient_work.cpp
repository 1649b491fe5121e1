#include "collect/finish/patient_work.hpp"

#include "base/process/background_task.hpp"
#include "collect/heartbeat.hpp"

namespace tscollect::collect {

void PatientWork::send_heartbeats() {
  if (mono_now() < due_) return;
  due_ = mono_now() + heartbeat_pause(timeout_);
  for (int rank = 1; rank < ranks_; ++rank) mailbox_.post(rank, gather::Tag::heartbeat);
}

bool PatientWork::finishes(const std::function<void()>& work) {
  base::Deadline deadline(limit());
  const BackgroundTask task(work);
  while (!task.wait(base::Deadline(heartbeat_pause(timeout_) / 4))) {
    send_heartbeats();
    if (deadline.is_over()) return false;
  }
  task.rethrow();
  return true;
}

std::chrono::nanoseconds PatientWork::limit() const noexcept { return timeout_ * timeouts_to_work; }

}  // namespace tscollect::collect
