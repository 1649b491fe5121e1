#include "sampling/recorder.hpp"

#include <utility>

namespace tscollect::record {

Recorder::Recorder(const SampleOptions& options, TickGrid grid, RecorderLimits limits,
                   RecordSink sink)
    : sampler_(options),
      ticker_(grid),
      encoder_(grid, sampler_.readings().size()),
      sink_(std::move(sink)),
      limits_(limits) {}

[[gnu::hot]] void Recorder::take_due() {
  const MonoTime now = mono_now();
  take(ticker_.take(now), now);
}

void Recorder::take_last() {
  const MonoTime now = mono_now();
  take(ticker_.take_last(now), now);
}

[[gnu::hot]] void Recorder::take(std::int64_t tick, MonoTime now) {
  missed_ = ticker_.missed();
  const bool full =
      (limits_.samples != 0 && static_cast<std::uint64_t>(samples_.load()) >= limits_.samples) ||
      (limits_.bytes != 0 && store_.bytes() >= limits_.bytes);
  if (full) {
    dropped_ = dropped_ + 1;
    return;
  }
  began_ = now;
  record(tick, now);
  began_ = MonoTime::max();
}

[[gnu::hot]] void Recorder::record(std::int64_t tick, MonoTime now) {
  SampleClock clock;
  clock.tick = tick;
  clock.wall_ns = wall_now().time_since_epoch().count();
  clock.lateness_ns = (now - ticker_.grid().due(tick)).count();
  sampler_.read();
  clock.duration_ns = (mono_now() - now).count();
  encoder_.encode(clock, sampler_.readings(), records_);
  store_.append(records_);
  last_tick_ = tick;
  samples_ = samples_ + 1;
  if (!sink_) return;
  in_sink_ = true;
  if (sink_(records_)) encoder_.restart();
  in_sink_ = false;
}

std::optional<RecorderActivity> Recorder::activity() const noexcept {
  const MonoTime began = began_;
  if (began == MonoTime::max()) return std::nullopt;
  return RecorderActivity{began, sampler_.being_read(), in_sink_};
}

}  // namespace tscollect::record
