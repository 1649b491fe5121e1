#include "sampling/recorder.hpp"

#include <utility>

namespace tscollect::record {

Recorder::Recorder(const SampleOptions& options, TickGrid grid, std::uint64_t max_samples,
                   RecordSink sink)
    : sampler_(options),
      ticker_(grid),
      encoder_(grid, sampler_.readings().size()),
      sink_(std::move(sink)),
      max_samples_(max_samples) {}

[[gnu::hot]] void Recorder::take_due() {
  const MonoTime now = mono_now();
  take(ticker_.take(now), now);
}

void Recorder::take_last() {
  const MonoTime now = mono_now();
  take(ticker_.take_last(now), now);
}

[[gnu::hot]] void Recorder::take(std::int64_t tick, MonoTime now) {
  if (max_samples_ != 0 && static_cast<std::uint64_t>(samples_) >= max_samples_) {
    ++dropped_;
    return;
  }
  SampleClock clock;
  clock.tick = tick;
  clock.wall_ns = wall_now().time_since_epoch().count();
  clock.lateness_ns = (now - ticker_.grid().due(tick)).count();
  sampler_.read();
  clock.duration_ns = (mono_now() - now).count();
  encoder_.encode(clock, sampler_.readings(), records_);
  store_.append(records_);
  if (sink_) sink_(records_);
  ++samples_;
}

}  // namespace tscollect::record
