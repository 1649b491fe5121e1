// Preloaded into a collector by kill_test.py: what the n-th reading of a file of /proc says follows
// from n alone. Only vmstat, meminfo, loadavg, net/dev and diskstats are made up.

#include <dlfcn.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

namespace {

using Pread = ssize_t (*)(int, void*, size_t, off_t);

template <class... Numbers>
std::string line(const char* format, Numbers... numbers) {
  std::array<char, 256> text{};
  const int size = std::snprintf(text.data(), text.size(), format, numbers...);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string vmstat(unsigned long n) {
  constexpr unsigned long fields = 40;
  std::string text;
  for (unsigned long i = 0; i < fields; ++i) text += line("field_%lu %lu\n", i, n * (i + 1));
  return text;
}

std::string meminfo(unsigned long n) {
  return line("MemTotal: 8000000 kB\nMemFree: %lu kB\nHugePages_Total: %lu\n",
              8'000'000 - n % 1000 * 8, n / 100);
}

std::string loadavg(unsigned long n) {
  return line("%lu.%02lu %lu.%02lu 0.25 %lu/%lu 4711\n", n % 10'000 / 100, n % 100, n % 5'000 / 100,
              n % 100, n % 7, 200 + n % 3);
}

/// eth0 comes and goes.
std::string netdev(unsigned long n) {
  std::string text = line("  lo: %lu 0 0 0 0 0 0 0 %lu 0 0 0 0 0 0 0\n", n * 1000, n * 3);
  if (n / 50 % 2 == 1)
    text += line("eth0: %lu 0 0 0 0 0 0 0 %lu 0 0 0 0 0 0 0\n", n * n % 1'000'000'007, n);
  return text;
}

std::string diskstats(unsigned long n) {
  return line("8 0 sda %lu 0 %lu 0 0 0 0 0 0 0 0\n", n, n * 8);
}

struct Made {
  const char* path;
  std::string (*make)(unsigned long);
  std::atomic<unsigned long> readings = 0;
};
std::array<Made, 5> made_up = {{{"/proc/vmstat", vmstat},
                                {"/proc/meminfo", meminfo},
                                {"/proc/loadavg", loadavg},
                                {"/net/dev", netdev},
                                {"/proc/diskstats", diskstats}}};

/// Of the reading that a thread is at: several read one file at the start.
thread_local std::array<std::string, made_up.size()> texts;

Made* find(int descriptor) {
  std::array<char, 256> path{};
  const ssize_t size =
      ::readlink(line("/proc/self/fd/%d", descriptor).c_str(), path.data(), path.size());
  const std::string_view name(path.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  if (!name.starts_with("/proc/")) return nullptr;
  const auto found = std::find_if(made_up.begin(), made_up.end(),
                                  [name](const Made& made) { return name.ends_with(made.path); });
  return found == made_up.end() ? nullptr : &*found;
}

}  // namespace

extern "C" ssize_t pread64(int descriptor, void* buffer, size_t size, off_t offset) {
  static const auto real = reinterpret_cast<Pread>(::dlsym(RTLD_NEXT, "pread64"));
  Made* made = find(descriptor);
  if (made == nullptr) return real(descriptor, buffer, size, offset);
  std::string& text = texts[static_cast<std::size_t>(made - made_up.data())];
  if (offset == 0) text = made->make(++made->readings);
  const auto from = std::min(static_cast<std::size_t>(offset), text.size());
  const std::size_t count = std::min(size, text.size() - from);
  std::memcpy(buffer, text.data() + from, count);
  return static_cast<ssize_t>(count);
}

extern "C" ssize_t pread(int descriptor, void* buffer, size_t size, off_t offset) {
  return pread64(descriptor, buffer, size, offset);
}
