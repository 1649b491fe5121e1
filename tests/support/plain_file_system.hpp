#pragma once

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>

// For one source file of a test program: file systems as NFS and Lustre are, which know neither
// files without a name nor a rename that replaces nothing. The program's own calls are answered.

namespace tscollect::tests {

inline bool file_system_is_plain = false;

/// As long as it lives.
struct PlainFileSystem {
  PlainFileSystem() { file_system_is_plain = true; }
  PlainFileSystem(const PlainFileSystem&) = delete;
  PlainFileSystem& operator=(const PlainFileSystem&) = delete;
  ~PlainFileSystem() { file_system_is_plain = false; }
};

}  // namespace tscollect::tests

extern "C" {

int openat(int folder, const char* name, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const auto mode = static_cast<mode_t>(va_arg(rest, int));
  va_end(rest);
  if (tscollect::tests::file_system_is_plain && (flags & O_TMPFILE) == O_TMPFILE) {
    errno = EOPNOTSUPP;
    return -1;
  }
  return static_cast<int>(syscall(SYS_openat, folder, name, flags, mode));
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned int flags) noexcept {
  if (tscollect::tests::file_system_is_plain && flags != 0) {
    errno = EINVAL;
    return -1;
  }
  return static_cast<int>(syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}
}
