#include "collect/files/user_files.hpp"

#include "base/files/descriptor.hpp"
#include "base/files/durable_file.hpp"
#include "base/process/signal_block.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

namespace tscollect::collect {

namespace {

using namespace std::chrono_literals;
using base::Descriptor;

constexpr auto look_pause = 1s;

Error error_of(const std::filesystem::path& path) {
  return Error{fmt::format("{}: {}", path.string(), std::strerror(errno))};
}

bool is_there_now(const std::filesystem::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

bool write_whole(const Descriptor& file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

struct StopFileWatch::State {
  std::filesystem::path path;
  std::mutex mutex;
  std::condition_variable changed;
  bool looked = false;
  bool found = false;
  bool given_up = false;

  void watch() {
    std::unique_lock lock(mutex);
    while (!given_up && !found) {
      lock.unlock();
      const bool there = is_there_now(path);
      lock.lock();
      looked = true;
      found = there;
      changed.notify_all();
      if (!found) changed.wait_for(lock, look_pause, [this] { return given_up; });
    }
  }
};

StopFileWatch::StopFileWatch(std::filesystem::path path) : state_(std::make_shared<State>()) {
  state_->path = std::move(path);
  const SignalBlock none;
  std::thread([state = state_] { state->watch(); }).detach();
}

StopFileWatch::~StopFileWatch() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->given_up = true;
  }
  state_->changed.notify_all();
}

StopFileWatch::FirstLook StopFileWatch::first_look(base::Deadline deadline) const {
  std::unique_lock lock(state_->mutex);
  if (!base::wait_by(lock, state_->changed, deadline, [this] { return state_->looked; }))
    return FirstLook::no_answer;
  return state_->found ? FirstLook::present : FirstLook::absent;
}

bool StopFileWatch::is_there() const noexcept {
  const std::lock_guard lock(state_->mutex);
  return state_->found;
}

Result<void> remove_stale_file(const std::filesystem::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return error_of(path);
  return {};
}

Result<void> write_small_file(const std::filesystem::path& path, const std::string& text) {
  try {
    if (const Descriptor special = base::open_special(path); special.is_open()) {
      if (!write_whole(special, text)) return error_of(path);
      return {};
    }
    base::DurableFile file(path);
    file.write(text);
    file.publish(base::Sync::later);
  } catch (const base::FileError& error) {
    return Error{error.what()};
  }
  return {};
}

}  // namespace tscollect::collect
