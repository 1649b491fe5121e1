#pragma once

#include "base/deadline.hpp"
#include "base/process/signal_block.hpp"

#include <tscollect/time.hpp>

#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

namespace tscollect {

/// Runs work that may never return (a file system that hangs) on a thread of its own. Waiting for
/// it has a deadline; a thread that has not returned by then is abandoned. The work must therefore
/// own or share everything it uses.
class BackgroundTask {
 public:
  /// If no thread can be started, the work is done in the calling thread.
  explicit BackgroundTask(const std::function<void()>& work);

  /// Whether the work is done; waits until `deadline`.
  [[nodiscard]] bool wait(base::Deadline deadline) const;
  [[nodiscard]] bool is_done() const;
  /// Throws what the work has thrown. Call it once the work is done.
  void rethrow() const;

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable done_changed;
    bool done = false;
    std::exception_ptr thrown;
    void run(const std::function<void()>& work);
  };
  std::shared_ptr<State> state_;
};

/// Returns what `work` returns, or nothing if that takes longer than `limit`. Throws what it
/// throws.
template <class Work>
[[nodiscard]] std::optional<std::invoke_result_t<Work>> run_within(std::chrono::nanoseconds limit,
                                                                   Work work) {
  auto result = std::make_shared<std::optional<std::invoke_result_t<Work>>>();
  const BackgroundTask task(
      [result, work = std::move(work)]() mutable { result->emplace(work()); });
  if (!task.wait(base::Deadline(limit))) return std::nullopt;
  task.rethrow();
  return std::move(*result);
}

}  // namespace tscollect
