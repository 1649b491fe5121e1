#include "run/ask.hpp"

#include "base/files/descriptor.hpp"
#include "run/signals.hpp"

#include <tscollect/time.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

namespace tscollect::run {

using base::Descriptor;

namespace {

constexpr std::size_t longest_answer = std::size_t{8} << 20;
constexpr int cannot_run = 127;

/// Reads until all writers have closed the pipe; false if that takes too long.
bool read_to_end(int pipe, std::string& text, MonoTime deadline) {
  std::array<char, 65536> piece{};
  while (text.size() < longest_answer) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - mono_now());
    if (left.count() <= 0) return false;
    pollfd watched{pipe, POLLIN, 0};
    if (::poll(&watched, 1, static_cast<int>(left.count())) <= 0) continue;
    const ssize_t got = ::read(pipe, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  return true;
}

}  // namespace

std::optional<Answer> ask(const std::vector<std::string>& words, std::chrono::milliseconds limit) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return std::nullopt;
  if (child == 0) {
    const Descriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    ::dup2(nothing.get(), STDIN_FILENO);
    ::dup2(writing.get(), STDOUT_FILENO);
    ::dup2(writing.get(), STDERR_FILENO);
    set_default_signals();
    static_cast<void>(become(words));
    ::_exit(cannot_run);
  }
  writing.reset();
  Answer answer;
  const bool in_time = read_to_end(reading.get(), answer.text, mono_now() + limit);
  if (!in_time) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time) return std::nullopt;
  answer.status = shell_status(status);
  return answer;
}

std::string find_program(const std::string& name) {
  if (name.empty()) return {};
  if (name.find('/') != std::string::npos)
    return ::access(name.c_str(), X_OK) == 0 ? name : std::string();
  const char* path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path;
  while (true) {
    const std::size_t colon = rest.find(':');
    const std::string_view folder = rest.substr(0, colon);
    std::string candidate = (folder.empty() ? "." : std::string(folder)) + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    if (colon == std::string_view::npos) return {};
    rest.remove_prefix(colon + 1);
  }
}

int become(std::vector<std::string> words) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execvp(arguments.front(), arguments.data());
  return errno;
}

int shell_status(int wait_status) {
  constexpr int killed = 128;
  return WIFSIGNALED(wait_status) ? killed + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

}  // namespace tscollect::run
