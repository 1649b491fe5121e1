#include "sampling/recorder.hpp"

#include <utility>

namespace tscollect::sampling {

namespace {

constexpr std::chrono::milliseconds longest_wait_for_devices{200};

}  // namespace

Recorder::Recorder(const SampleOptions& options, stream::TickGrid grid, RecorderLimits limits,
                   RecordSink sink, Devices devices)
    : sampler_(options, devices),
      ticker_(grid),
      encoder_(grid, sampler_.readings().size()),
      sink_(std::move(sink)),
      limits_(limits) {}

[[gnu::hot]] void Recorder::take_due() {
  const MonoTime now = mono_now();
  take(ticker_.take(now), now, false);
}

void Recorder::take_last() {
  const MonoTime now = mono_now();
  take(ticker_.take_last(now), now, true);
}

[[gnu::hot]] void Recorder::take(std::int64_t tick, MonoTime now, bool is_last) {
  missed_ = ticker_.missed();
  const bool full =
      (limits_.samples != 0 && static_cast<std::uint64_t>(samples_.load()) >= limits_.samples) ||
      (limits_.bytes != 0 && store_.bytes() >= limits_.bytes);
  if (full) {
    dropped_ = dropped_ + 1;
    return;
  }
  began_ = now;
  record(tick, now, is_last);
  began_ = MonoTime::max();
}

[[gnu::hot]] void Recorder::record(std::int64_t tick, MonoTime now, bool is_last) {
  stream::SampleClock clock;
  clock.tick = tick;
  clock.wall_ns = wall_now().time_since_epoch().count();
  clock.lateness_ns = (now - ticker_.grid().due(tick)).count();
  sampler_.read();
  clock.duration_ns = (mono_now() - now).count();
  // A run of one sample has no later one that could say what its devices are.
  if (is_last) sampler_.finish_descriptions(mono_now() + longest_wait_for_devices);
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

}  // namespace tscollect::sampling
