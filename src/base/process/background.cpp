#include "base/process/background.hpp"

#include <future>
#include <system_error>

namespace tscollect::base {

void run_in_background(const std::function<void()>& work, std::chrono::nanoseconds pause,
                       const std::function<void()>& tend) {
  std::future<void> done;
  try {
    done = std::async(std::launch::async, work);
  } catch (const std::system_error&) {
    return work();  // no thread can be started: work in this one
  }
  while (done.wait_for(pause) != std::future_status::ready) tend();
  done.get();
}

}  // namespace tscollect::base
