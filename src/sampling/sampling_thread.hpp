#pragma once

#include "base/deadline.hpp"
#include "base/files/descriptor.hpp"
#include "sampling/recorder.hpp"
#include "sampling/tick_wait.hpp"

#include <tscollect/time.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace tscollect::sampling {

/// Samples on a thread that does nothing else: it waits for its tick, reads, encodes and hands the
/// records to the recorder's sink. It takes no signals.
///
/// A read that does not return costs its own source. A second thread sleeps on a timer that is set
/// to half an interval after each tick, and put off before it runs out by the sample that ends in
/// time. If it does run out, and the first thread is still in the same read a little later, the
/// second goes on in its place, and the first one, once it returns, serves that source alone.
///
/// Whoever owns this object never waits for a read: a thread that does not return from one is left
/// behind, with all that it uses, and what has been stored so far is there to be taken (see
/// SampleStore).
class SamplingThread {
 public:
  /// Samples until stop(), or until `end`. The thread calls `prepare` first, if given. Throws
  /// std::system_error if no thread can be started.
  SamplingThread(std::shared_ptr<Recorder> recorder, MonoTime end,
                 std::function<void()> prepare = {});
  SamplingThread(const SamplingThread&) = delete;
  SamplingThread& operator=(const SamplingThread&) = delete;
  /// Stops, and waits at most `longest_goodbye` for the sample being taken.
  ~SamplingThread();

  static constexpr std::chrono::seconds longest_goodbye{2};

  /// Readable, until acknowledge(), after the first sample and once sampling has ended.
  [[nodiscard]] int descriptor() const noexcept { return state_->changed.get(); }
  void acknowledge() const noexcept;

  /// Whether the first sample was taken (and `prepare` is done).
  [[nodiscard]] bool has_begun() const noexcept { return state_->has_begun; }

  /// Requests the last sample and the end; does not wait.
  void stop() noexcept { state_->wait.stop(); }
  /// Waits for the end; false: not ended by `deadline`.
  [[nodiscard]] bool wait_for_end(base::Deadline deadline) const;
  [[nodiscard]] bool has_ended() const noexcept { return state_->has_ended; }
  /// The exception that ended the thread; empty: none. Valid once it has ended.
  [[nodiscard]] const std::string& error() const noexcept { return state_->error; }

 private:
  /// Shared with the threads, which may outlive us.
  struct State : std::enable_shared_from_this<State> {
    State(std::shared_ptr<Recorder> given, MonoTime given_end);

    void run(const std::function<void()>& prepare);
    void sample();
    [[nodiscard]] bool sample_once();
    void set_watch(MonoTime time);
    void start_watch(bool at_once);
    void end(const std::function<void()>& work);
    void watch(bool at_once);
    [[nodiscard]] bool take_over_if_stuck();
    [[nodiscard]] bool is_overdue() const noexcept;
    [[nodiscard]] bool is_over_after(std::chrono::nanoseconds time) const;
    void announce() const noexcept;

    std::shared_ptr<Recorder> recorder;
    MonoTime until;
    TickWait wait;
    base::Descriptor watch_timer;
    std::atomic<MonoTime> watched_until = MonoTime::max();  ///< as watch_timer is set
    base::Descriptor over;  ///< readable: there are no more samples to watch
    base::Descriptor changed;
    base::Descriptor ended;
    std::thread watcher;  ///< of whoever samples
    std::atomic<bool> was_replaced = false;
    std::atomic<bool> has_begun = false;
    std::atomic<bool> has_ended = false;
    std::string error;
  };

  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace tscollect::sampling
