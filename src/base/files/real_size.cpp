#include "base/files/real_size.hpp"

#include "base/files/descriptor.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string>

namespace tscollect::base {

namespace {

constexpr std::uint64_t bytes_per_block = 512;  // unit of st_blocks on every file system

/// Sum of the ranges that are not holes; only the first ranges if there are very many.
std::uint64_t data_bytes(int descriptor) {
  constexpr int most_ranges = 1024;
  // Opened separately, as SEEK_DATA moves the file offset that others use.
  const base::Descriptor file(
      open(("/proc/self/fd/" + std::to_string(descriptor)).c_str(), O_RDONLY | O_CLOEXEC));
  std::uint64_t bytes = 0;
  off_t at = 0;
  for (int i = 0; file.is_open() && i < most_ranges; ++i) {
    const off_t begin = lseek(file.get(), at, SEEK_DATA);
    if (begin < 0) break;
    at = lseek(file.get(), begin, SEEK_HOLE);
    if (at < begin) break;
    bytes += static_cast<std::uint64_t>(at - begin);
  }
  return bytes;
}

}  // namespace

std::uint64_t real_bytes(int descriptor) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0 || status.st_size <= 0) return 0;
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const auto blocks = static_cast<std::uint64_t>(status.st_blocks) * bytes_per_block;
  if (blocks >= size) return size;
  // The file has holes, is compressed by the file system, or is not yet allocated on disk.
  return std::min(size, std::max(blocks, data_bytes(descriptor)));
}

}  // namespace tscollect::base
