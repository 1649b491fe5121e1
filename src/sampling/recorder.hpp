#pragma once

#include "stream/sample_store.hpp"
#include "stream/sample_stream.hpp"
#include "sampling/sampler.hpp"
#include "sampling/ticker.hpp"

#include <tscollect/sample.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tscollect::sampling {

/// Receives the records of each sample as they are stored, lengths included. Returns true if the
/// stream is to restart with the next sample.
using RecordSink = std::function<bool(std::span<const std::byte>)>;

/// Samples beyond these limits are dropped and counted; 0: no limit.
struct RecorderLimits {
  std::uint64_t samples = 0;
  std::uint64_t bytes = 0;  ///< size of the store
};

/// Progress of the sample being taken, to report why it does not end.
struct RecorderActivity {
  MonoTime since;                      ///< when the sample began
  std::optional<std::size_t> reading;  ///< the source being read
  bool in_sink = false;
};

/// Samples one host on the ticks of a grid into its store, up to a limit. One thread takes samples;
/// other threads may call the const members meanwhile, unless noted.
class Recorder {
 public:
  /// `sink` may be empty.
  Recorder(const SampleOptions& options, stream::TickSchedule grid, RecorderLimits limits,
           RecordSink sink = {}, Devices devices = Devices::named);

  [[nodiscard]] MonoTime next_due() const { return ticker_.next_due(); }

  /// How long into a sample a read may take before another thread takes over from it.
  [[nodiscard]] std::chrono::nanoseconds stuck_after() const noexcept { return stuck_after_; }

  /// Takes the sample that is due now. It, and the others, throw Replaced once another thread has
  /// taken over with take_over().
  void take_due();
  /// Takes the last sample, at stop: before its tick, so its lateness is negative.
  void take_last();

  /// The read that the thread which samples is in; any thread may ask.
  [[nodiscard]] std::optional<Sampler::Turn> turn() const noexcept { return sampler_.turn(); }
  /// Takes over from a thread that is still in that read, and everything with it: its sample is to
  /// be finished with resume(). False: it is in that read no longer.
  [[nodiscard]] bool take_over(Sampler::Turn turn) { return sampler_.take_over(turn); }
  void resume();
  /// After the last sample: ends the threads that read.
  void close() { sampler_.close(); }

  [[nodiscard]] const stream::SampleStore& store() const noexcept { return store_; }
  [[nodiscard]] const stream::TickSchedule& grid() const noexcept { return ticker_.grid(); }
  /// Until the sampling thread has ended, only that thread may use the tables of its readings;
  /// their sources are safe for all.
  [[nodiscard]] const Sampler& sampler() const noexcept { return sampler_; }
  [[nodiscard]] std::size_t source_count() const noexcept { return sampler_.readings().size(); }
  [[nodiscard]] std::int64_t samples() const noexcept { return samples_.load(); }
  [[nodiscard]] std::int64_t missed_ticks() const noexcept { return missed_.load(); }
  [[nodiscard]] std::int64_t dropped_samples() const noexcept { return dropped_.load(); }
  /// Tick of the last sample; -1: none.
  [[nodiscard]] std::int64_t last_tick() const noexcept { return last_tick_.load(); }
  /// Nothing if no sample is being taken.
  [[nodiscard]] std::optional<RecorderActivity> activity() const noexcept;

 private:
  void take(std::int64_t tick, MonoTime now, bool is_last);
  void finish();

  std::chrono::nanoseconds stuck_after_;
  Sampler sampler_;
  Ticker ticker_;
  stream::SampleEncoder encoder_;
  stream::SampleStore store_;
  RecordSink sink_;
  std::vector<std::byte> records_;
  RecorderLimits limits_;
  stream::SampleClock clock_;  ///< of the sample in the making
  MonoTime read_at_{};
  bool is_last_ = false;
  std::atomic<std::int64_t> samples_ = 0;
  std::atomic<std::int64_t> dropped_ = 0;
  std::atomic<std::int64_t> missed_ = 0;
  std::atomic<std::int64_t> last_tick_ = -1;
  std::atomic<MonoTime> began_ = MonoTime::max();  ///< start of the sample being taken; max: none
  std::atomic<bool> in_sink_ = false;
};

}  // namespace tscollect::sampling
