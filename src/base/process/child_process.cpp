#include "base/process/child_process.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <system_error>

namespace tscollect::base {

namespace {

constexpr std::size_t place_bytes = 512;
constexpr int failed = 70;  // the child's work threw an exception
constexpr int no_memory = 71;

[[noreturn]] void throw_system(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// Memory shared by both processes.
class SharedPlace {
 public:
  SharedPlace()
      : bytes_(static_cast<char*>(mmap(nullptr, place_bytes, PROT_READ | PROT_WRITE,
                                       MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
    if (bytes_ == MAP_FAILED) throw_system("cannot share memory with a child");
  }
  SharedPlace(const SharedPlace&) = delete;
  SharedPlace& operator=(const SharedPlace&) = delete;
  ~SharedPlace() { munmap(bytes_, place_bytes); }

  void set(std::string_view place) {
    const std::size_t size = std::min(place.size(), place_bytes - 1);
    std::memcpy(bytes_, place.data(), size);
    bytes_[size] = '\0';
  }
  [[nodiscard]] std::string get() const { return {bytes_, strnlen(bytes_, place_bytes)}; }

 private:
  char* bytes_;
};

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // the parent has ended
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t size = read(descriptor, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
}

int status_of(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) throw_system("cannot wait for a child");
  return status;
}

}  // namespace

ChildResult run_in_child(
    const std::optional<Limits>& limits,
    const std::function<std::string(const std::function<void(std::string_view)>& at)>& work) {
  std::array<int, 2> pipe_ends{};
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) throw_system("cannot make a pipe");
  SharedPlace place;
  std::fflush(nullptr);  // otherwise the child would write buffered text again
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) throw_system("cannot start a child");
  if (child == 0) {
    int status = 0;
    die_with(parent);
    if (limits) obey(*limits);
    try {
      write_all(pipe_ends[1], work([&](std::string_view at) { place.set(at); }));
    } catch (const std::bad_alloc&) {
      status = no_memory;
    } catch (const std::exception& error) {
      write_all(pipe_ends[1], error.what());
      status = failed;
    }
    _exit(status);
  }
  close(pipe_ends[1]);
  ChildResult result;
  result.output = read_all(pipe_ends[0]);
  close(pipe_ends[0]);
  const int status = status_of(child);
  result.last_place = place.get();
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  result.out_of_memory = WIFEXITED(status) && WEXITSTATUS(status) == no_memory;
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0 && !result.out_of_memory)
    throw std::runtime_error(result.output);
  return result;
}

}  // namespace tscollect::base
