#include "support/read_gate.hpp"

#include <dlfcn.h>
#include <linux/limits.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <cstdio>
#include <map>
#include <mutex>
#include <string_view>

namespace {

struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  std::set<std::string> texts;
  std::map<std::string, int, std::less<>> calls;  ///< by path
  int whole_reads = 0;
  int held = 0;

  void pass(std::string_view path) {
    std::unique_lock lock(mutex);
    if (texts.empty()) return;
    bool is_meant = false;
    for (const std::string& text : texts) is_meant = is_meant || path.find(text) != path.npos;
    if (!is_meant) return;
    if (whole_reads > 0) {
      auto found = calls.find(path);
      if (found == calls.end()) found = calls.emplace(path, 0).first;
      if (++found->second <= 2 * whole_reads) return;
    }
    ++held;
    changed.wait(lock, [this] { return texts.empty(); });
  }
};

Gate& gate() {
  static auto* const the_gate = new Gate;  // threads may outlive main()
  return *the_gate;
}

}  // namespace

namespace tscollect::test {

void hold_reads(const std::set<std::string>& texts, int whole_reads) {
  const std::lock_guard lock(gate().mutex);
  gate().texts = texts;
  gate().whole_reads = whole_reads;
  gate().calls.clear();
  gate().held = 0;
}

void release_reads() {
  const std::lock_guard lock(gate().mutex);
  gate().texts.clear();
  gate().changed.notify_all();
}

int held_reads() {
  const std::lock_guard lock(gate().mutex);
  return gate().held;
}

}  // namespace tscollect::test

extern "C" ssize_t pread(int file, void* bytes, std::size_t size, off_t at) {
  static const auto next =
      reinterpret_cast<ssize_t (*)(int, void*, std::size_t, off_t)>(::dlsym(RTLD_NEXT, "pread"));
  std::array<char, 64> link{};
  std::array<char, PATH_MAX> path{};
  static_cast<void>(std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", file));
  const ssize_t length = ::readlink(link.data(), path.data(), path.size());
  if (length > 0) gate().pass({path.data(), static_cast<std::size_t>(length)});
  return next(file, bytes, size, at);
}
extern "C" ssize_t pread64(int file, void* bytes, std::size_t size, off64_t at) {
  return pread(file, bytes, size, at);
}
