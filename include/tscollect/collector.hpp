#pragma once

#include <tscollect/export.hpp>
#include <tscollect/sample.hpp>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace tscollect {

/// Misuse of a TimeSeriesCollector: "already started", "not started",
/// "already stopped; create a new instance".
class TSCOLLECT_EXPORT CollectorStateError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Sampling ended before stop(): something was thrown in its thread, or a read does not return.
class TSCOLLECT_EXPORT CollectorError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Samples this host from a thread of its own until stopped. Ticks are absolute deadlines on the
/// monotonic clock: a late tick is taken late, a missed one is skipped and counted.
/// start() and stop() are to be called from one thread; the observers from any. The thread takes no
/// signals of the application, and no observer keeps it waiting: samples() reads beside it.
class TSCOLLECT_EXPORT TimeSeriesCollector {
 public:
  /// interval_seconds: at least 0.001. max_samples: further ones are dropped and counted, and
  /// samples() or stop() warns about them once on stderr; 0 means no limit. Throws
  /// std::invalid_argument on a bad argument.
  explicit TimeSeriesCollector(double interval_seconds = 10.0, std::uint64_t max_samples = 3600,
                               SampleOptions options = {});
  TimeSeriesCollector(const TimeSeriesCollector&) = delete;
  TimeSeriesCollector& operator=(const TimeSeriesCollector&) = delete;
  /// Stops a running collector; its samples are gone. A read that does not return is left behind.
  ~TimeSeriesCollector();

  /// Takes the first sample at once, from the thread. Throws CollectorStateError if it was started
  /// before, running or stopped.
  void start();

  /// Wakes the thread at once, takes one last sample and returns all of them. A second call returns
  /// the same. Throws CollectorStateError if never started, and CollectorError if sampling ended
  /// before: samples() has what there is. Waits 20 s at most for a read that does not return.
  std::vector<TimeSeriesSample> stop();

  [[nodiscard]] std::vector<TimeSeriesSample> samples() const;  ///< so far
  [[nodiscard]] std::string start_time() const;                 ///< of start(); empty before
  [[nodiscard]] std::string end_time() const;                   ///< of stop(); empty before
  [[nodiscard]] bool is_running() const noexcept;
  [[nodiscard]] std::uint64_t missed_ticks() const;
  [[nodiscard]] std::uint64_t dropped_samples() const;
  [[nodiscard]] double interval_seconds() const noexcept;
  [[nodiscard]] std::uint64_t max_samples() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tscollect
