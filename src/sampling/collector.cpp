#include <tscollect/collector.hpp>

#include "sampling/recorder.hpp"
#include "sampling/samples.hpp"
#include "base/log.hpp"

#include <fmt/format.h>

#include <cmath>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace tscollect {

namespace {

constexpr double shortest_interval_seconds = 0.001;
constexpr double longest_interval_seconds = 1e9;

}  // namespace

struct TimeSeriesCollector::State {
  enum class Phase : std::uint8_t { fresh, running, stopped };

  double interval_seconds = 0;
  std::uint64_t max_samples = 0;
  SampleOptions options;
  std::string hostname;

  mutable std::mutex mutex;  ///< guards everything below
  std::condition_variable wake;
  Phase phase = Phase::fresh;
  bool stop_requested = false;
  WallTime begun;
  std::string start_time;
  std::string end_time;
  std::optional<record::Recorder> recorder;
  std::thread thread;

  void run() {
    std::unique_lock lock(mutex);
    while (!stop_requested) {
      // The lock is not held while waiting; it is while sampling, so that observers see whole
      // samples.
      if (wake.wait_until(lock, recorder->next_due(), [this] { return stop_requested; })) break;
      take_due();
    }
    recorder->take_last();
  }

  void take_due() {
    const bool dropped_before = recorder->dropped_samples() > 0;
    recorder->take_due();
    if (!dropped_before && recorder->dropped_samples() > 0)
      record::tell(
          "tscollect: {} samples taken, the most that max_samples allows; further ones are "
          "dropped\n",
          max_samples);
  }

  [[nodiscard]] std::vector<TimeSeriesSample> samples() const {
    if (!recorder) return {};
    std::vector<const sources::Source*> recorded;
    for (const record::SourceReading& reading : recorder->sampler().readings())
      recorded.push_back(&reading.table->source());
    return record::samples_from_store(recorder->store(), recorder->grid(), recorded, hostname);
  }

  void join() {
    {
      const std::lock_guard lock(mutex);
      stop_requested = true;
    }
    wake.notify_all();
    thread.join();
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
  record::Sampler checked(options);
  state_->interval_seconds = interval_seconds;
  state_->max_samples = max_samples;
  state_->hostname = options.hostname.empty() ? record::local_hostname() : options.hostname;
  state_->options = std::move(options);
}

TimeSeriesCollector::~TimeSeriesCollector() {
  if (state_->thread.joinable()) state_->join();
}

void TimeSeriesCollector::start() {
  const std::lock_guard lock(state_->mutex);
  if (state_->phase == State::Phase::running) throw CollectorStateError("already started");
  if (state_->phase == State::Phase::stopped)
    throw CollectorStateError("already stopped; create a new instance");
  const auto interval = std::chrono::nanoseconds(std::llround(state_->interval_seconds * 1e9));
  state_->recorder.emplace(state_->options, record::TickGrid{mono_now(), interval},
                           record::RecorderLimits{state_->max_samples, 0});
  state_->begun = wall_now();
  state_->start_time = format_timestamp(state_->begun);
  state_->thread = std::thread([this] { state_->run(); });
  state_->phase = State::Phase::running;
}

std::vector<TimeSeriesSample> TimeSeriesCollector::stop() {
  bool running = false;
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->phase == State::Phase::fresh) throw CollectorStateError("not started");
    running = state_->phase == State::Phase::running;
  }
  if (running) state_->join();
  const std::lock_guard lock(state_->mutex);
  if (running) {
    state_->phase = State::Phase::stopped;
    // By the clock of the ticks: the other one may have been set.
    const auto lasted = mono_now() - state_->recorder->grid().zero;
    state_->end_time = format_timestamp(state_->begun + lasted);
  }
  return state_->samples();
}

std::vector<TimeSeriesSample> TimeSeriesCollector::samples() const {
  const std::lock_guard lock(state_->mutex);
  return state_->samples();
}

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
  return state_->phase == State::Phase::running;
}

std::uint64_t TimeSeriesCollector::missed_ticks() const {
  const std::lock_guard lock(state_->mutex);
  return state_->recorder ? static_cast<std::uint64_t>(state_->recorder->missed_ticks()) : 0;
}

std::uint64_t TimeSeriesCollector::dropped_samples() const {
  const std::lock_guard lock(state_->mutex);
  return state_->recorder ? static_cast<std::uint64_t>(state_->recorder->dropped_samples()) : 0;
}

double TimeSeriesCollector::interval_seconds() const noexcept { return state_->interval_seconds; }

std::uint64_t TimeSeriesCollector::max_samples() const noexcept { return state_->max_samples; }

}  // namespace tscollect
