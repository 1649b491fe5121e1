#include "base/process/background_task.hpp"

#include <system_error>
#include <thread>

namespace tscollect {

void BackgroundTask::State::run(const std::function<void()>& work) {
  std::exception_ptr caught;
  try {
    work();
  } catch (...) {
    caught = std::current_exception();
  }
  {
    const std::lock_guard lock(mutex);
    thrown = std::move(caught);
    done = true;
  }
  done_changed.notify_all();
}

BackgroundTask::BackgroundTask(const std::function<void()>& work)
    : state_(std::make_shared<State>()) {
  try {
    const SignalBlock none;
    std::thread([state = state_, work] { state->run(work); }).detach();
  } catch (const std::system_error&) {
    state_->run(work);
  }
}

bool BackgroundTask::wait(base::Deadline deadline) const {
  std::unique_lock lock(state_->mutex);
  return base::wait_by(lock, state_->done_changed, deadline, [this] { return state_->done; });
}

bool BackgroundTask::is_done() const {
  const std::lock_guard lock(state_->mutex);
  return state_->done;
}

void BackgroundTask::rethrow() const {
  const std::lock_guard lock(state_->mutex);
  if (state_->thrown) std::rethrow_exception(state_->thrown);
}

}  // namespace tscollect
