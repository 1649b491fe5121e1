#include "collect/sampling_loop.hpp"

#include "base/descriptor.hpp"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

namespace tscollect::app {

using namespace std::chrono_literals;

namespace {

/// When to look next. Where ticks come as often as looks, looks ride on them and cost no wake-up of
/// their own; else each tick has its look, and others part the interval evenly.
class LookTimes {
 public:
  LookTimes(std::chrono::nanoseconds interval, std::chrono::nanoseconds longest_pause)
      : rides_(interval <= longest_pause),
        pause_(rides_ ? longest_pause - interval
                      : interval / ((interval + longest_pause - 1ns) / longest_pause)) {}

  [[nodiscard]] MonoTime wake(MonoTime looked) const {
    return rides_ ? MonoTime::max() : looked + pause_;
  }
  [[nodiscard]] bool due(MonoTime looked, MonoTime now, bool sampled) const {
    if (rides_) return sampled && now >= looked + pause_;
    return sampled || now >= looked + pause_;
  }

 private:
  bool rides_;
  std::chrono::nanoseconds pause_;
};

void silence_standard_error() {
  const procfs::Descriptor nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  if (nowhere.is_open()) ::dup2(nowhere.get(), STDERR_FILENO);
}

}  // namespace

std::string sample_until_stopped(record::Recorder& recorder, record::Waiter& waiter,
                                 std::optional<std::chrono::nanoseconds> duration,
                                 const Lookout& lookout) {
  const MonoTime end = duration ? recorder.grid().zero + *duration : MonoTime::max();
  MonoTime looked = mono_now();
  bool first = true;
  for (;;) {
    const LookTimes looks(recorder.grid().interval, lookout.longest_pause());
    std::optional<std::string> reason =
        waiter.wait_until(std::min({recorder.next_due(), end, looks.wake(looked)}));
    const MonoTime now = mono_now();
    bool sampled = false;
    if (!reason && now >= recorder.next_due()) {
      recorder.take_due();
      sampled = true;
      if (first) lookout.after_first_sample();
      first = false;
    }
    if (!reason && now >= end) reason = "duration";
    if (!reason && looks.due(looked, now, sampled)) {
      reason = lookout.look();
      looked = now;
    }
    if (!reason) continue;
    // What we say went through the launcher: now it would be an error to say anything.
    if (*reason == record::parent_ended) silence_standard_error();
    if (!sampled) recorder.take_last();
    return *reason;
  }
}

}  // namespace tscollect::app
