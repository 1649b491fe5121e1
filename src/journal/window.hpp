#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tscollect::journal {

/// How far beyond its records a journal is preallocated, filled with zeros.
inline constexpr std::size_t window_bytes = std::size_t{64} << 10;

/// The end of a file that is being written, preallocated and mapped into memory: bytes copied there
/// survive the process like written ones, without a system call. After them the file has zeros, at
/// most window_bytes and a page.
///
/// Used only on file systems that keep preallocated space available: on others a full disk would be
/// noticed too late. If the disk fails under a mapping, the kernel sends SIGBUS. A SIGBUS in put()
/// is caught; any other is passed on to the previous handler.
class Window {
 public:
  Window() = default;
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;
  ~Window() { close(); }

  /// Writes the bytes to `file` at offset `at`, where the previous ones end. False: not possible
  /// for this file, now or later. Some of the bytes may have been written; the caller writes them
  /// again.
  [[nodiscard]] bool put(int file, std::uint64_t at, std::span<const std::byte> bytes);

  /// Whether the last put() used a mapping.
  [[nodiscard]] bool is_mapped() const noexcept { return !mapped_.empty(); }

  /// Prepares for another file.
  void close() noexcept;

 private:
  [[nodiscard]] bool move_to(int file, std::uint64_t at, std::size_t bytes);
  void unmap() noexcept;

  std::span<std::byte> mapped_;
  std::uint64_t begin_ = 0;  ///< offset of the mapping in the file
  bool refused_ = false;
};

}  // namespace tscollect::journal
