#include "collect/finish/final_message.hpp"

#include "base/deadline.hpp"
#include "sampling/event_wait.hpp"

namespace tscollect::collect {

using namespace std::chrono_literals;

void finish_together(gather::Mailbox& mailbox) { mailbox.post(0, gather::Tag::final_message); }

bool everybody_finishes(gather::Mailbox& mailbox, int ranks, std::chrono::nanoseconds timeout) {
  int missing = ranks - 1;
  for (base::Deadline deadline(timeout); missing > 0; sampling::nap(1ms)) {
    while (mailbox.take(gather::Tag::final_message)) {
      --missing;
      deadline.restart();
    }
    if (missing > 0 && deadline.is_over()) return false;
  }
  return true;
}

}  // namespace tscollect::collect
