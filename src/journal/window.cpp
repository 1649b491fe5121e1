#include "journal/window.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <atomic>
#include <csetjmp>
#include <csignal>
#include <cstring>

namespace tscollect::journal {

namespace {

bool keeps_room(int file) {
  struct statfs status {};
  return fstatfs(file, &status) == 0 &&
         (status.f_type == EXT4_SUPER_MAGIC || status.f_type == XFS_SUPER_MAGIC ||
          status.f_type == TMPFS_MAGIC);
}

thread_local sigjmp_buf* volatile way_out = nullptr;
struct sigaction action_before {};

void on_bus_error(int signal) {
  if (way_out != nullptr) siglongjmp(*way_out, 1);
  sigaction(signal, &action_before, nullptr);
  raise(signal);
}

bool catch_bus_errors() {
  struct sigaction action {};
  action.sa_handler = on_bus_error;
  action.sa_flags = SA_NODEFER | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  return sigaction(SIGBUS, &action, &action_before) == 0;
}

/// False: the disk failed, or the file was truncated by another process.
bool copy(std::byte* to, std::span<const std::byte> from) {
  sigjmp_buf here;
  if (sigsetjmp(here, 0) != 0) {
    way_out = nullptr;
    return false;
  }
  way_out = &here;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  std::memcpy(to, from.data(), from.size());
  std::atomic_signal_fence(std::memory_order_seq_cst);
  way_out = nullptr;
  return true;
}

}  // namespace

bool Window::put(int file, std::uint64_t at, std::span<const std::byte> bytes) {
  if (refused_) return false;
  const bool fits = !mapped_.empty() && at + bytes.size() <= begin_ + mapped_.size();
  if ((fits || move_to(file, at, bytes.size())) && copy(mapped_.data() + (at - begin_), bytes))
    return true;
  unmap();
  refused_ = true;
  // Keeps preallocated space that the caller will use. A file that was truncated stays truncated.
  struct stat status {};
  if (fstat(file, &status) == 0 && static_cast<std::uint64_t>(status.st_size) > at) {
    [[maybe_unused]] const int shortened = ftruncate(file, static_cast<off_t>(at));
  }
  return false;
}

bool Window::move_to(int file, std::uint64_t at, std::size_t bytes) {
  static const bool catching = catch_bus_errors();
  unmap();
  if (!catching || !keeps_room(file)) return false;
  // A truncated file would become long again and look complete.
  struct stat status {};
  if (fstat(file, &status) != 0 || static_cast<std::uint64_t>(status.st_size) < at) return false;
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  begin_ = at / page * page;
  const auto size = static_cast<std::size_t>((at + bytes - begin_ + window_bytes) / page * page);
  if (fallocate(file, 0, static_cast<off_t>(begin_), static_cast<off_t>(size)) != 0) return false;
  void* const start =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, static_cast<off_t>(begin_));
  if (start == MAP_FAILED) return false;
  mapped_ = {static_cast<std::byte*>(start), size};
  return true;
}

void Window::unmap() noexcept {
  if (!mapped_.empty()) munmap(mapped_.data(), mapped_.size());
  mapped_ = {};
}

void Window::close() noexcept {
  unmap();
  refused_ = false;
}

}  // namespace tscollect::journal
