#include "collect/control_loop.hpp"

#include "base/files/descriptor.hpp"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

namespace tscollect::collect {

using namespace std::chrono_literals;

namespace {

/// The sampling thread ends by itself after the duration. If it is stuck, the control thread
/// continues this much later.
constexpr auto end_grace = 100ms;

void silence_standard_error() {
  const base::Descriptor nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  if (nowhere.is_open()) ::dup2(nowhere.get(), STDERR_FILENO);
}

}  // namespace

sampling::StopReason control_until_stopped(HostSession& host, sampling::Waiter& waiter,
                                           const ControlHooks& hooks) {
  sampling::SamplingThread& sampling = host.start_sampling();
  const MonoTime latest_end =
      host.sampling_end() == MonoTime::max() ? MonoTime::max() : host.sampling_end() + end_grace;
  waiter.wake_for(sampling.descriptor());
  MonoTime looked = mono_now();
  bool begun = false;
  std::optional<sampling::StopReason> reason;
  while (!reason) {
    reason = waiter.wait_until(std::min(latest_end, looked + hooks.longest_pause()));
    sampling.acknowledge();
    if (!begun && sampling.has_begun()) {
      begun = true;
      hooks.after_first_sample();
    }
    if (reason) break;
    const MonoTime now = mono_now();
    const bool ended_well = sampling.has_ended() && sampling.error().empty();
    if (ended_well || now >= latest_end) reason = sampling::StopReason{};
    if (!reason && now >= looked + hooks.longest_pause()) {
      reason = hooks.look();
      looked = now;
    }
  }
  waiter.wake_for(-1);
  // The launcher forwarded our standard error; writing to it would now fail.
  if (reason->cause == sampling::StopCause::parent_ended) silence_standard_error();
  sampling.stop();
  return *reason;
}

}  // namespace tscollect::collect
