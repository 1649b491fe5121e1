#include "collect/farewell.hpp"

#include "base/deadline.hpp"
#include "sampling/event_wait.hpp"

namespace tscollect::app {

using namespace std::chrono_literals;

void say_farewell(gather::Mailbox& mailbox) { mailbox.post(0, gather::Tag::farewell); }

bool everybody_says_farewell(gather::Mailbox& mailbox, int ranks,
                             std::chrono::nanoseconds timeout) {
  int missing = ranks - 1;
  for (record::Deadline deadline(timeout); missing > 0; record::nap(1ms)) {
    while (mailbox.take(gather::Tag::farewell)) {
      --missing;
      deadline.restart();
    }
    if (missing > 0 && deadline.is_over()) return false;
  }
  return true;
}

}  // namespace tscollect::app
