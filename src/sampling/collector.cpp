#include <tscollect/collector.hpp>

#include "base/log.hpp"
#include "sampling/recorder.hpp"
#include "sampling/samples.hpp"
#include "sampling/sampling_thread.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace tscollect {

namespace {

constexpr double shortest_interval_seconds = 0.001;
constexpr double longest_interval_seconds = 1e9;

/// How long stop() waits for a read that does not return.
constexpr std::chrono::seconds longest_stop{20};

std::vector<TimeSeriesSample> samples_of(const sampling::Recorder& recorder,
                                         const std::string& hostname) {
  std::vector<const table::Source*> recorded;
  for (const stream::SourceReading& reading : recorder.sampler().readings())
    recorded.push_back(&reading.table->source());
  return sampling::samples_from_store(recorder.store(), recorder.grid(), recorded, hostname);
}

}  // namespace

struct TimeSeriesCollector::State {
  enum class Phase : std::uint8_t { fresh, running, stopped };

  double interval_seconds = 0;
  std::uint64_t max_samples = 0;
  SampleOptions options;
  std::string hostname;

  /// Protects the members below. It is held only briefly: never by the sampling thread, and never
  /// while samples are read.
  mutable std::mutex mutex;
  Phase phase = Phase::fresh;
  bool told_of_limit = false;
  WallTime begun;
  std::string start_time;
  std::string end_time;
  std::string error;  ///< why sampling ended before stop()
  std::shared_ptr<sampling::Recorder> recorder;
  std::unique_ptr<sampling::SamplingThread> sampling;

  [[nodiscard]] std::shared_ptr<sampling::Recorder> current_recorder() const {
    const std::lock_guard lock(mutex);
    return recorder;
  }

  /// All samples stored so far; the sampling thread continues meanwhile.
  [[nodiscard]] std::vector<TimeSeriesSample> samples() {
    const auto shared = current_recorder();
    if (!shared) return {};
    log_limit(*shared);
    return samples_of(*shared, hostname);
  }

  void log_limit(const sampling::Recorder& taken) {
    {
      const std::lock_guard lock(mutex);
      if (told_of_limit || taken.dropped_samples() == 0) return;
      told_of_limit = true;
    }
    base::log(
        "tscollect: {} samples taken, the most that max_samples allows; further ones are dropped\n",
        max_samples);
  }

  /// Ends the thread and keeps its error, if it had ended before.
  void end_sampling() {
    sampling->stop();
    const bool ended = sampling->wait_for_end(base::Deadline(longest_stop));
    const std::lock_guard lock(mutex);
    phase = Phase::stopped;
    // Computed from the monotonic clock: the wall clock may have been set.
    end_time = format_timestamp(begun + (mono_now() - recorder->grid().zero));
    error = ended ? sampling->error() : stuck_message();
  }

  [[nodiscard]] std::string stuck_message() const {
    const auto activity = recorder->activity();
    const auto source = activity ? activity->reading : std::nullopt;
    return source ? fmt::format("{}: a read does not return",
                                recorder->sampler().path(*source).string())
                  : "the sampling thread does not end";
  }
};

TimeSeriesCollector::TimeSeriesCollector(double interval_seconds, std::uint64_t max_samples,
                                         SampleOptions options)
    : state_(std::make_unique<State>()) {
  if (!(interval_seconds >= shortest_interval_seconds &&
        interval_seconds <= longest_interval_seconds))
    throw std::invalid_argument(fmt::format("interval_seconds: {} is not between {} and {:.0f}",
                                            interval_seconds, shortest_interval_seconds,
                                            longest_interval_seconds));
  const sampling::Sampler checked(options);
  state_->interval_seconds = interval_seconds;
  state_->max_samples = max_samples;
  state_->hostname = options.hostname.empty() ? sampling::local_hostname() : options.hostname;
  state_->options = std::move(options);
}

TimeSeriesCollector::~TimeSeriesCollector() = default;

void TimeSeriesCollector::start() {
  const std::lock_guard lock(state_->mutex);
  if (state_->phase == State::Phase::running) throw CollectorStateError("already started");
  if (state_->phase == State::Phase::stopped)
    throw CollectorStateError("already stopped; create a new instance");
  const auto interval = std::chrono::nanoseconds(std::llround(state_->interval_seconds * 1e9));
  state_->recorder = std::make_shared<sampling::Recorder>(
      state_->options, stream::TickSchedule{mono_now(), interval},
      sampling::RecorderLimits{state_->max_samples, 0});
  state_->begun = wall_now();
  state_->start_time = format_timestamp(state_->begun);
  state_->sampling = std::make_unique<sampling::SamplingThread>(state_->recorder, MonoTime::max());
  state_->phase = State::Phase::running;
}

std::vector<TimeSeriesSample> TimeSeriesCollector::stop() {
  bool running = false;
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->phase == State::Phase::fresh) throw CollectorStateError("not started");
    running = state_->phase == State::Phase::running;
  }
  if (running) state_->end_sampling();
  if (!state_->error.empty())
    throw CollectorError(fmt::format("sampling ended early: {}", state_->error));
  return state_->samples();
}

std::vector<TimeSeriesSample> TimeSeriesCollector::samples() const { return state_->samples(); }

std::string TimeSeriesCollector::start_time() const {
  const std::lock_guard lock(state_->mutex);
  return state_->start_time;
}

std::string TimeSeriesCollector::end_time() const {
  const std::lock_guard lock(state_->mutex);
  return state_->end_time;
}

bool TimeSeriesCollector::is_running() const noexcept {
  const std::lock_guard lock(state_->mutex);
  return state_->phase == State::Phase::running && !state_->sampling->has_ended();
}

std::uint64_t TimeSeriesCollector::missed_ticks() const {
  const auto recorder = state_->current_recorder();
  return recorder ? static_cast<std::uint64_t>(recorder->missed_ticks()) : 0;
}

std::uint64_t TimeSeriesCollector::dropped_samples() const {
  const auto recorder = state_->current_recorder();
  return recorder ? static_cast<std::uint64_t>(recorder->dropped_samples()) : 0;
}

double TimeSeriesCollector::interval_seconds() const noexcept { return state_->interval_seconds; }

std::uint64_t TimeSeriesCollector::max_samples() const noexcept { return state_->max_samples; }

}  // namespace tscollect
