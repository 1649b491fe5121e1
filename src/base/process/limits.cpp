#include "base/process/limits.hpp"

#include "base/files/descriptor.hpp"
#include "base/files/real_size.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

namespace tscollect::base {

namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;
constexpr std::uint64_t always_memory = 1024 * mebibyte;
constexpr std::uint64_t memory_per_byte = 16;
constexpr std::uint64_t always_seconds = 120;
constexpr std::uint64_t seconds_per_mebibyte = 120;

// Sanitizers reserve terabytes of address space.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool bounds_memory = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool bounds_memory = false;
#else
constexpr bool bounds_memory = true;
#endif
#else
constexpr bool bounds_memory = true;
#endif

std::uint64_t bytes_of(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    std::uint64_t bytes = 0;
    for (auto entry = std::filesystem::directory_iterator(path, error);
         entry != std::filesystem::directory_iterator(); entry.increment(error)) {
      if (error) break;
      if (entry->is_regular_file(error)) bytes += bytes_of(entry->path());
    }
    return bytes;
  }
  // O_NONBLOCK: open() of a pipe would wait for its writer.
  const base::Descriptor file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  return file.is_open() ? real_bytes(file.get()) : 0;
}

template <class Resource>
void lower(Resource resource, std::uint64_t most) {
  rlimit limit{};
  if (getrlimit(resource, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_cur, most);
  setrlimit(resource, &limit);
}

}  // namespace

Limits limits_for(std::span<const std::filesystem::path> files) {
  std::uint64_t bytes = 0;
  for (const std::filesystem::path& file : files) bytes += bytes_of(file);
  return {always_memory + memory_per_byte * bytes,
          always_seconds + seconds_per_mebibyte * (bytes / mebibyte)};
}

void obey(const Limits& limits) {
  if (bounds_memory) lower(RLIMIT_AS, limits.memory_bytes);
  lower(RLIMIT_CPU, limits.cpu_seconds);
}

void die_with(int parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // the parent ended before prctl()
}

}  // namespace tscollect::base
