#include "run/status_watch.hpp"

#include "base/process/host_name.hpp"
#include "base/files/durable_file.hpp"
#include "base/files/file_place.hpp"
#include "base/files/text_file.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <sys/inotify.h>
#include <unistd.h>

namespace tscollect::run {

using base::Descriptor;

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds first_pause = 10ms;
constexpr std::chrono::nanoseconds longest_pause = 250ms;
constexpr std::size_t longest_file = std::size_t{1} << 20;

}  // namespace

StatusWatch::StatusWatch(std::filesystem::path path)
    : path_(std::move(path)),
      owner_(base::owner_of_new_files(path_.parent_path())),
      next_(mono_now()),
      pause_(first_pause) {}

void StatusWatch::begin() {
  status_ = {};
  publish_text(path_, options::status_json(status_));
  changes_ = Descriptor(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  const std::filesystem::path parent = path_.parent_path();
  ::inotify_add_watch(changes_.get(), parent.empty() ? "." : parent.c_str(), IN_MOVED_TO);
}

void StatusWatch::stop_watching() { changes_.reset(); }

void StatusWatch::drain() {
  std::array<char, 4096> events{};
  while (::read(changes_.get(), events.data(), events.size()) > 0) {
  }
  next_ = mono_now();
}

bool StatusWatch::look() {
  if (mono_now() < next_) return false;
  next_ = mono_now() + pause_;
  pause_ = std::min(pause_ * 3 / 2, longest_pause);
  return read();
}

bool StatusWatch::read() {
  const auto text = base::read_own_text_file(path_, longest_file, owner_);
  if (!text) return false;
  auto status = options::status_from_json(*text);
  if (!status) return false;
  // A rank that crashes when rank 0 has a run already is a lost host of it.
  if (status->state == options::RunState::crashed && !status_.run_id.empty()) return false;
  status_ = std::move(*status);
  return true;
}

bool StatusWatch::look_for_end() {
  read();
  return status_.state == options::RunState::ended;
}

bool StatusWatch::rank_0_may_live() const {
  if (status_.state == options::RunState::launching || status_.state == options::RunState::ended ||
      status_.state == options::RunState::crashed)
    return false;
  if (status_.host != base::this_host()) return true;
  return status_.pid > 0 && ::kill(static_cast<pid_t>(status_.pid), 0) == 0;
}

bool publish_text(const std::filesystem::path& path, std::string_view text) {
  try {
    base::DurableFile file(path);
    file.write(text);
    file.publish(base::Sync::later);
    return true;
  } catch (const base::FileError&) {
    return false;
  }
}

}  // namespace tscollect::run
