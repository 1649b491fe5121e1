#pragma once

#include "stream/sample_store.hpp"
#include "stream/sample_stream.hpp"
#include "sampling/sampler.hpp"
#include "sampling/ticker.hpp"

#include <tscollect/sample.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace tscollect::record {

/// Is given the records of each sample as it is stored, lengths included.
using RecordSink = std::function<void(std::span<const std::byte>)>;

/// Samples one host on the ticks of a grid into its store, up to a limit.
class Recorder {
 public:
  /// max_samples 0: no limit. `sink` may be empty.
  Recorder(const SampleOptions& options, TickGrid grid, std::uint64_t max_samples,
           RecordSink sink = {});

  [[nodiscard]] MonoTime next_due() const { return ticker_.next_due(); }

  /// Takes the sample that is due now.
  void take_due();
  /// Takes the last sample, at stop: ahead of its tick, which its negative lateness says.
  void take_last();

  /// The next sample begins the stream anew; may be called by the sink.
  void restart_stream() { encoder_.restart(); }

  [[nodiscard]] const SampleStore& store() const noexcept { return store_; }
  [[nodiscard]] const TickGrid& grid() const noexcept { return ticker_.grid(); }
  [[nodiscard]] const Sampler& sampler() const noexcept { return sampler_; }
  [[nodiscard]] std::size_t source_count() const noexcept { return sampler_.readings().size(); }
  [[nodiscard]] std::int64_t samples() const noexcept { return samples_; }
  [[nodiscard]] std::int64_t missed_ticks() const noexcept { return ticker_.missed(); }
  [[nodiscard]] std::int64_t dropped_samples() const noexcept { return dropped_; }

 private:
  void take(std::int64_t tick, MonoTime now);

  Sampler sampler_;
  Ticker ticker_;
  SampleEncoder encoder_;
  SampleStore store_;
  RecordSink sink_;
  std::vector<std::byte> records_;
  std::uint64_t max_samples_;
  std::int64_t samples_ = 0;
  std::int64_t dropped_ = 0;
};

}  // namespace tscollect::record
