#include "run/close_all.hpp"

#include <algorithm>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436  // for older headers; the number is the same on every architecture
#endif

namespace tscollect::run {

namespace {

constexpr long most_looked_at = 65536;

void close_range_of(int first, int last) {
  if (last < first) return;
  if (::syscall(SYS_close_range, static_cast<unsigned>(first), static_cast<unsigned>(last), 0U) ==
      0)
    return;
  const long most = std::min(::sysconf(_SC_OPEN_MAX), most_looked_at);  // before Linux 5.9
  for (int each = first; each <= last && each < most; ++each) ::close(each);
}

}  // namespace

void close_all_but(std::vector<int> kept, int first) {
  constexpr int highest = 0x7fffffff;
  std::ranges::sort(kept);
  for (const int each : kept) {
    close_range_of(first, each - 1);
    first = std::max(first, each + 1);
  }
  close_range_of(first, highest);
}

}  // namespace tscollect::run
