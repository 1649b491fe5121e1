// Another host's wall clock, and a host that is slow at first, for LD_PRELOAD. Its monotonic clock
// is a matter of a time namespace (unshare --time).
//   WALL_OFFSET_FILE  holds eight bytes: nanoseconds that are added to the wall clock, and may be
//                     changed at any time
//   FIRST_NAP         seconds that the first short sleep of the process takes
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

constexpr std::int64_t ns_per_second = 1'000'000'000;

volatile const std::int64_t* map_offset() {
  const char* path = std::getenv("WALL_OFFSET_FILE");
  const int file = path == nullptr ? -1 : ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return nullptr;
  void* mapped = ::mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  return mapped == MAP_FAILED ? nullptr : static_cast<const std::int64_t*>(mapped);
}

volatile const std::int64_t* const wall_offset = map_offset();

void nap_at_first() {
  static int naps = 0;
  const char* seconds = std::getenv("FIRST_NAP");
  if (seconds == nullptr || naps++ > 0) return;
  const auto ns = static_cast<std::int64_t>(std::strtod(seconds, nullptr) * ns_per_second);
  const timespec span{ns / ns_per_second, ns % ns_per_second};
  ::syscall(SYS_nanosleep, &span, nullptr);
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  using Function = int (*)(clockid_t, timespec*);
  static const auto real = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "clock_gettime"));
  const int outcome = real(clock, time);
  if (clock != CLOCK_REALTIME || wall_offset == nullptr || outcome != 0) return outcome;
  const std::int64_t ns = time->tv_sec * ns_per_second + time->tv_nsec + *wall_offset;
  time->tv_sec = ns / ns_per_second;
  time->tv_nsec = ns % ns_per_second;
  return outcome;
}

extern "C" int nanosleep(const timespec* wanted, timespec* left) {
  nap_at_first();
  return static_cast<int>(::syscall(SYS_nanosleep, wanted, left));
}

extern "C" int clock_nanosleep(clockid_t clock, int flags, const timespec* wanted, timespec* left) {
  using Function = int (*)(clockid_t, int, const timespec*, timespec*);
  static const auto real = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "clock_nanosleep"));
  if (flags == 0) nap_at_first();
  return real(clock, flags, wanted, left);
}
