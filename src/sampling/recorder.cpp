#include "sampling/recorder.hpp"

#include <algorithm>
#include <utility>

namespace tscollect::sampling {

namespace {

constexpr std::chrono::milliseconds longest_wait_for_devices{200};

/// Half of the interval, so that the next tick is met. Below 20 ms a busy machine would pass for
/// one that hangs; beyond a second nobody gains by waiting.
std::chrono::nanoseconds stuck_after_of(const stream::TickSchedule& grid) {
  return std::clamp<std::chrono::nanoseconds>(grid.interval / 2, std::chrono::milliseconds(20),
                                              std::chrono::seconds(1));
}

}  // namespace

Recorder::Recorder(const SampleOptions& options, stream::TickSchedule grid, RecorderLimits limits,
                   RecordSink sink, Devices devices)
    : stuck_after_(stuck_after_of(grid)),
      sampler_(options, {devices, stuck_after_}),
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
  read_at_ = now;
  is_last_ = is_last;
  clock_.tick = tick;
  clock_.wall_ns = wall_now().time_since_epoch().count();
  clock_.lateness_ns = (now - ticker_.grid().due(tick)).count();
  sampler_.read();
  finish();
}

void Recorder::resume() {
  sampler_.resume();
  finish();
}

[[gnu::hot]] void Recorder::finish() {
  clock_.duration_ns = (mono_now() - read_at_).count();
  // Waits because no later sample could store the descriptions that are still pending.
  if (is_last_) sampler_.finish_descriptions(mono_now() + longest_wait_for_devices);
  encoder_.encode(clock_, sampler_.readings(), records_);
  store_.append(records_);
  last_tick_ = clock_.tick;
  samples_ = samples_ + 1;
  if (sink_) {
    in_sink_ = true;
    if (sink_(records_)) encoder_.restart();
    in_sink_ = false;
  }
  began_ = MonoTime::max();
}

std::optional<RecorderActivity> Recorder::activity() const noexcept {
  const MonoTime began = began_;
  if (began == MonoTime::max()) return std::nullopt;
  return RecorderActivity{began, sampler_.being_read(), in_sink_};
}

}  // namespace tscollect::sampling
