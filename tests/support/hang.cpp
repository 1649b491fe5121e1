// Preloaded: file systems that do not answer. HANG="CALL:TEXT[:SECONDS],…" names calls (read,
// write, open, stat, sync, name, allocate) on files in whose path TEXT is found; they take
// SECONDS, or do not return. HANG_RANK: only in that rank. HANG_IF: only while that file exists.
// HANG_SKIP: so many such calls go through first. HANG_NEW: operator new of so many bytes and more
// fails instead; HANG_NEW_TIMES: so many of them. HANG_LOAD: so many seconds until its own
// constructor returns.

#include "support/nothrow_new.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <string_view>

namespace {

template <class Function>
Function* real(Function* /*ours*/, const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

bool is_time() {
  const char* rank = std::getenv("HANG_RANK");
  const char* ours = std::getenv("OMPI_COMM_WORLD_RANK");
  if (rank != nullptr && std::string_view(ours == nullptr ? "0" : ours) != rank) return false;
  const char* file = std::getenv("HANG_IF");
  // As a system call: our own access() may be what hangs.
  return file == nullptr || ::syscall(SYS_access, file, F_OK) == 0;
}

bool goes_through() {
  static std::atomic<int> calls = 0;
  const char* skip = std::getenv("HANG_SKIP");
  return skip != nullptr && calls++ < std::atoi(skip);
}

void hang(std::string_view call, std::string_view path) {
  const char* text = std::getenv("HANG");
  if (text == nullptr || path.empty()) return;
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view entry = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), entry.size() + 1));
    if (!entry.starts_with(call) || entry.size() <= call.size() || entry[call.size()] != ':')
      continue;
    entry.remove_prefix(call.size() + 1);
    const std::string_view part = entry.substr(0, entry.find(':'));
    if (path.find(part) == std::string_view::npos || !is_time() || goes_through()) continue;
    if (part.size() == entry.size())
      for (;;) ::pause();
    const double seconds = std::atof(std::string(entry.substr(part.size() + 1)).c_str());
    ::usleep(static_cast<useconds_t>(seconds * 1e6));
  }
}

std::string path_of(int descriptor) {
  char link[64];
  char path[PATH_MAX];
  static_cast<void>(std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor));
  const ssize_t size = ::readlink(link, path, sizeof path);
  return size > 0 ? std::string(path, static_cast<std::size_t>(size)) : std::string();
}

void hang(std::string_view call, int descriptor) {
  if (std::getenv("HANG") != nullptr) hang(call, path_of(descriptor));
}

void hang(std::string_view call, int folder, const char* name) {
  if (std::getenv("HANG") == nullptr) return;
  hang(call, folder == AT_FDCWD || *name == '/' ? name : path_of(folder) + "/" + name);
}

/// As a library of MPI's may take its time before main().
[[gnu::constructor]] void load() {
  if (const char* seconds = std::getenv("HANG_LOAD"))
    ::usleep(static_cast<useconds_t>(std::atof(seconds) * 1e6));
}

}  // namespace

extern "C" {

ssize_t pread(int file, void* bytes, std::size_t size, off_t at) {
  static const auto next = real(&pread, "pread");
  hang("read", file);
  return next(file, bytes, size, at);
}
ssize_t pread64(int file, void* bytes, std::size_t size, off64_t at) {
  return pread(file, bytes, size, at);
}
ssize_t pwrite(int file, const void* bytes, std::size_t size, off_t at) {
  static const auto next = real(&pwrite, "pwrite");
  hang("write", file);
  return next(file, bytes, size, at);
}
ssize_t pwrite64(int file, const void* bytes, std::size_t size, off64_t at) {
  return pwrite(file, bytes, size, at);
}
int fsync(int file) {
  static const auto next = real(&fsync, "fsync");
  hang("sync", file);
  return next(file);
}
int fallocate(int file, int mode, off_t at, off_t size) {
  static const auto next = real(&fallocate, "fallocate");
  hang("allocate", file);
  return next(file, mode, at, size);
}
int fallocate64(int file, int mode, off64_t at, off64_t size) {
  return fallocate(file, mode, at, size);
}
int open(const char* path, int flags, ...) {
  static const auto next =
      reinterpret_cast<int (*)(const char*, int, ...)>(::dlsym(RTLD_NEXT, "open"));
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  hang("open", path);
  return next(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return open(path, flags, mode);
}
int openat(int folder, const char* path, int flags, ...) {
  static const auto next =
      reinterpret_cast<int (*)(int, const char*, int, ...)>(::dlsym(RTLD_NEXT, "openat"));
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  hang("open", folder, path);
  return next(folder, path, flags, mode);
}
int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) noexcept {
  static const auto next = reinterpret_cast<int (*)(int, const char*, int, const char*, int)>(
      ::dlsym(RTLD_NEXT, "linkat"));
  hang("name", to_folder, to);
  return next(from_folder, from, to_folder, to, flags);
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  static const auto next =
      reinterpret_cast<int (*)(int, const char*, int, const char*)>(::dlsym(RTLD_NEXT, "renameat"));
  hang("name", to_folder, to);
  return next(from_folder, from, to_folder, to);
}
int stat(const char* path, struct stat* status) noexcept {
  static const auto next =
      reinterpret_cast<int (*)(const char*, struct stat*)>(::dlsym(RTLD_NEXT, "stat"));
  hang("stat", path);
  return next(path, status);
}
int rename(const char* from, const char* to) noexcept {
  static const auto next =
      reinterpret_cast<int (*)(const char*, const char*)>(::dlsym(RTLD_NEXT, "rename"));
  hang("name", to);
  return next(from, to);
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned flags) noexcept {
  static const auto next = reinterpret_cast<int (*)(int, const char*, int, const char*, unsigned)>(
      ::dlsym(RTLD_NEXT, "renameat2"));
  hang("name", to_folder, to);
  return next(from_folder, from, to_folder, to, flags);
}

}  // extern "C"

void* operator new(std::size_t size) {
  static const char* const least = std::getenv("HANG_NEW");
  static const char* const times = std::getenv("HANG_NEW_TIMES");
  static std::atomic<int> failed = 0;
  if (least != nullptr && size >= std::strtoul(least, nullptr, 10) && is_time() &&
      (times == nullptr || failed++ < std::atoi(times)))
    throw std::bad_alloc();
  void* const memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
