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

/// Sampling ended before stop(): the sampling thread threw an exception, or a read does not return.
class TSCOLLECT_EXPORT CollectorError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Samples this host on its own thread until it is stopped. Ticks are absolute deadlines on the
/// monotonic clock: a late tick is sampled late, a missed tick is skipped and counted. Call start()
/// and stop() from one thread; the other members may be called from any thread. The sampling thread
/// blocks the application's signals, and samples() does not delay it.
class TSCOLLECT_EXPORT TimeSeriesCollector {
 public:
  /// interval_seconds: at least 0.001. max_samples: samples beyond this number are dropped and
  /// counted, and samples() or stop() warns about them once on stderr; 0 means no limit. Throws
  /// std::invalid_argument on a bad argument.
  explicit TimeSeriesCollector(double interval_seconds = 10.0, std::uint64_t max_samples = 3600,
                               SampleOptions options = {});
  TimeSeriesCollector(const TimeSeriesCollector&) = delete;
  TimeSeriesCollector& operator=(const TimeSeriesCollector&) = delete;
  /// Stops a running collector and discards its samples. A read that does not return is abandoned.
  ~TimeSeriesCollector();

  /// The thread takes the first sample at once. Throws CollectorStateError if start() was called
  /// before.
  void start();

  /// Wakes the thread, takes one last sample and returns all samples. A second call returns the
  /// same. Throws CollectorStateError if never started, and CollectorError if sampling ended before
  /// stop(); samples() still returns what was collected. Waits at most 20 s for a read that does
  /// not return.
  std::vector<TimeSeriesSample> stop();

  [[nodiscard]] std::vector<TimeSeriesSample> samples() const;  ///< samples taken so far
  [[nodiscard]] std::string start_time() const;                 ///< time of start(); empty before
  [[nodiscard]] std::string end_time() const;                   ///< time of stop(); empty before
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
