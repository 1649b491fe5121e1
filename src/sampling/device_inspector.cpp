#include "sampling/device_inspector.hpp"

#include "base/process/background_task.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

namespace tscollect::sampling {

namespace {

/// Bounds the queue while the inspection of one device hangs.
constexpr std::size_t most_questions = std::size_t{1} << 16;

}  // namespace

struct DeviceInspector::State {
  std::filesystem::path sysfs;
  std::atomic<bool> has_answers = false;

  std::mutex mutex;
  std::condition_variable idle;
  bool is_running = false;
  std::deque<Question> questions;
  std::vector<Answer> answers;

  /// Nothing if memory is exhausted: that device stays undescribed, and the next one is inspected.
  [[nodiscard]] std::optional<table::DeviceFacts> facts_of(const Question& question) const try {
    return question.describe(sysfs, question.name);
  } catch (const std::exception&) {
    return std::nullopt;
  }

  void run() {
    std::unique_lock lock(mutex);
    while (!questions.empty()) {
      const Question question = std::move(questions.front());
      questions.pop_front();
      lock.unlock();
      std::optional<table::DeviceFacts> facts = facts_of(question);
      lock.lock();
      if (!facts) continue;
      answers.push_back({question.source, question.row, std::move(*facts)});
      has_answers = true;
    }
    is_running = false;
    idle.notify_all();
  }
};

DeviceInspector::DeviceInspector(std::filesystem::path sysfs) : state_(std::make_shared<State>()) {
  state_->sysfs = std::move(sysfs);
}

void DeviceInspector::ask(std::vector<Question> questions) {
  {
    const std::lock_guard lock(state_->mutex);
    const std::size_t room = most_questions - std::min(most_questions, state_->questions.size());
    questions.resize(std::min(room, questions.size()));
    std::ranges::move(questions, std::back_inserter(state_->questions));
    if (std::exchange(state_->is_running, true)) return;
  }
  const BackgroundTask task([state = state_] { state->run(); });
}

bool DeviceInspector::has_answers() const noexcept {
  return state_->has_answers.load(std::memory_order_relaxed);
}

std::vector<DeviceInspector::Answer> DeviceInspector::take() {
  const std::lock_guard lock(state_->mutex);
  state_->has_answers = false;
  return std::exchange(state_->answers, {});
}

void DeviceInspector::wait(MonoTime deadline) const {
  std::unique_lock lock(state_->mutex);
  state_->idle.wait_until(lock, deadline, [this] { return !state_->is_running; });
}

}  // namespace tscollect::sampling
