#include "tool/report/report.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace tscollect::tool {

namespace {

/// Programs that open a browser, in the order in which they are tried. No shell interprets the
/// path.
constexpr std::array openers = {"xdg-open", "gio", "sensible-browser", "x-www-browser", "open"};

/// In a grandchild process, so that nobody has to wait for the browser. Writes a byte to `failed`
/// if none of the programs exists.
[[noreturn]] void become_opener(const std::string& path, int failed) {
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (null >= 0) ::dup2(null, stream);
  ::setsid();
  std::signal(SIGXFSZ, SIG_DFL);
  for (const char* opener : openers) {
    if (std::strcmp(opener, "gio") == 0)
      ::execlp(opener, opener, "open", path.c_str(), nullptr);
    else
      ::execlp(opener, opener, path.c_str(), nullptr);
  }
  const char word = 'n';
  ::_exit(::write(failed, &word, 1) == 1 ? 1 : 2);
}

}  // namespace

std::string open_page(const std::string& path) {
  // A failure to start is reported through a pipe that is closed when the program has started.
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::strerror(errno);
  const pid_t child = ::fork();
  if (child < 0) return std::strerror(errno);
  if (child == 0) {
    const pid_t grandchild = ::fork();
    if (grandchild != 0) ::_exit(grandchild < 0 ? 1 : 0);
    become_opener(path, ends[1]);
  }
  ::close(ends[1]);
  char nothing = 0;
  ssize_t count = 0;
  do count = ::read(ends[0], &nothing, 1);
  while (count < 0 && errno == EINTR);
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) return "no process can be started";
  return count == 1 ? "there is no xdg-open or another program that opens pages" : "";
}

}  // namespace tscollect::tool
