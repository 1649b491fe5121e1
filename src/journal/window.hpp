#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tscollect::journal {

/// How far ahead of its records a journal is laid out on the disk, as zeros.
inline constexpr std::size_t window_bytes = std::size_t{64} << 10;

/// The end of a file that is being written: laid out on the disk in advance and mapped, so that
/// bytes put there outlive the process as if they had been written, but cost no system call. Behind
/// them the file has zeros, of window_bytes and a page at most.
///
/// Only on file systems that keep room for what was laid out: elsewhere a full disk would be told
/// too late. Where the disk fails beneath a mapping the kernel sends SIGBUS; that of put() is
/// caught, any other one goes where it would have gone.
class Window {
 public:
  Window() = default;
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;
  ~Window() { close(); }

  /// Puts the bytes into `file` from `at` on, where those put before end. False: not possible here,
  /// nor later in this file, and it may have some of the bytes: write them.
  [[nodiscard]] bool put(int file, std::uint64_t at, std::span<const std::byte> bytes);

  /// Whether what was put last went through a mapping.
  [[nodiscard]] bool is_mapped() const noexcept { return !mapped_.empty(); }

  /// What follows goes to another file.
  void close() noexcept;

 private:
  [[nodiscard]] bool move_to(int file, std::uint64_t at, std::size_t bytes);
  void unmap() noexcept;

  std::span<std::byte> mapped_;
  std::uint64_t begin_ = 0;  ///< of what is mapped, in the file
  bool refused_ = false;
};

}  // namespace tscollect::journal
