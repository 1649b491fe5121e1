#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

// What the fuzz targets share.

namespace tscollect::fuzz {

/// A broken promise is a finding, as a crash is.
inline void require(bool promise) {
  if (!promise) std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// The parts of a text between separators; at least one.
inline std::vector<std::string_view> pieces(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// A descriptor of a file in memory that holds these bytes; the caller closes it.
inline int memory_file(const void* bytes, std::size_t size) {
  const int descriptor = memfd_create("fuzz", MFD_CLOEXEC);
  require(descriptor >= 0);
  const char* at = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t written = write(descriptor, at, size);
    require(written > 0);
    at += written;
    size -= static_cast<std::size_t>(written);
  }
  return descriptor;
}

}  // namespace tscollect::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
