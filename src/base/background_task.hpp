#pragma once

#include "base/deadline.hpp"
#include "base/signal_block.hpp"

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

/// Work that may never return (a file system that hangs), on a thread of its own. Whoever waits for
/// it has a deadline; a thread that has not returned by then is left behind. So the work owns, or
/// shares, all that it uses.
class BackgroundTask {
 public:
  /// Where there can be no more threads, the work is done here and now.
  explicit BackgroundTask(std::function<void()> work);

  /// Whether the work is done by `deadline`.
  [[nodiscard]] bool wait(base::Deadline deadline) const;
  [[nodiscard]] bool is_done() const;
  /// Throws what the work has thrown, once it is done.
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

/// What `work` returns, or nothing if that takes longer than `limit`. Throws what it throws.
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
