#include "collect/heartbeat.hpp"

#include "base/background.hpp"

#include <algorithm>

namespace tscollect::app {

using namespace std::chrono_literals;

std::chrono::nanoseconds patience_pause(std::chrono::nanoseconds timeout) {
  return std::min<std::chrono::nanoseconds>(2s, timeout / 4);
}

void work_patiently(gather::Mailbox& mailbox, std::chrono::nanoseconds timeout,
                    const std::function<void()>& work) {
  work_aside(work, patience_pause(timeout), [&mailbox] { mailbox.post(0, gather::Tag::patience); });
}

bool somebody_works(gather::Mailbox& mailbox) {
  bool heard = false;
  while (mailbox.take(gather::Tag::patience)) heard = true;
  return heard;
}

}  // namespace tscollect::app
