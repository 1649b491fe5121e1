#include "app/aside.hpp"

#include <future>

namespace tscollect::app {

void work_aside(const std::function<void()>& work, std::chrono::nanoseconds pause,
                const std::function<void()>& tend) {
  std::future<void> done = std::async(std::launch::async, work);
  while (done.wait_for(pause) != std::future_status::ready) tend();
  done.get();
}

}  // namespace tscollect::app
