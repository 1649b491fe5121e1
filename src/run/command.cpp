#include "run/command.hpp"

#include "base/files/descriptor.hpp"
#include "run/ask.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tscollect::run {

using base::Descriptor;

namespace {

constexpr int not_executable = 126;
constexpr int not_found = 127;

/// What the child does before it becomes the program.
using Preparation = void (*)();

void mute() {
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO})
    if (null >= 0) ::dup2(null, stream);
}

Command start(const std::vector<std::string>& words, const Inherited& inherited,
              Preparation prepare) {
  std::array<int, 2> ends{};
  Command command;
  if (::pipe2(ends.data(), O_CLOEXEC) == 0) {
    const Descriptor failed(ends[0]);
    Descriptor failed_end(ends[1]);
    command.pid = ::fork();
    if (command.pid == 0) {
      inherited.restore();
      if (prepare != nullptr) prepare();
      const int reason = become(words);
      static_cast<void>(!::write(failed_end.get(), &reason, sizeof reason));
      ::_exit(not_found);
    }
    int reason = errno;
    failed_end.reset();
    if (command.pid > 0) {
      ssize_t got = 0;
      do got = ::read(failed.get(), &reason, sizeof reason);
      while (got < 0 && errno == EINTR);
      if (got <= 0) return command;
      ::waitpid(command.pid, nullptr, 0);
    }
    errno = reason;
  }
  command.pid = -1;
  command.status = errno == ENOENT ? not_found : not_executable;
  command.error = fmt::format("{}: {}", words.front(), std::strerror(errno));
  return command;
}

}  // namespace

Command start_command(const std::vector<std::string>& words, const Inherited& inherited) {
  return start(words, inherited, nullptr);
}

Command start_helper(const std::vector<std::string>& words, const Inherited& inherited) {
  return start(words, inherited, mute);
}

}  // namespace tscollect::run
