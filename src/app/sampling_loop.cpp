#include "app/sampling_loop.hpp"

#include <algorithm>

namespace tscollect::app {

std::string sample_until_stopped(record::Recorder& recorder, record::Waiter& waiter,
                                 std::optional<std::chrono::nanoseconds> duration,
                                 const Lookout& lookout) {
  const MonoTime end = duration ? recorder.grid().zero + *duration : MonoTime::max();
  MonoTime look_due = mono_now();
  bool first = true;
  for (;;) {
    MonoTime deadline = std::min(recorder.next_due(), end);
    if (recorder.grid().interval > lookout.pause()) deadline = std::min(deadline, look_due);
    std::optional<std::string> reason = waiter.wait_until(deadline);
    const MonoTime now = mono_now();
    bool sampled = false;
    if (!reason && now >= recorder.next_due()) {
      recorder.take_due();
      sampled = true;
      if (first) lookout.after_first_sample();
      first = false;
    }
    if (!reason && now >= end) reason = "duration";
    if (!reason && now >= look_due) {
      reason = lookout.look();
      look_due = now + lookout.pause();
    }
    if (!reason) continue;
    if (!sampled) recorder.take_last();
    return *reason;
  }
}

}  // namespace tscollect::app
