#include "run/log_tail.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <sstream>
#include <unistd.h>

namespace tscollect::run {

namespace {

constexpr std::size_t kept = std::size_t{64} << 10;

}  // namespace

void LogTail::add(std::string_view text) {
  text_ += text;
  if (text_.size() > 2 * kept) text_.erase(0, text_.size() - kept);
}

bool LogTail::read(int pipe) {
  std::array<char, 65536> piece{};
  while (true) {
    const ssize_t got = ::read(pipe, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN;
    if (got == 0) return false;
    add({piece.data(), static_cast<std::size_t>(got)});
  }
}

std::string LogTail::lines(std::size_t most, const std::vector<std::string>& noise) const {
  std::deque<std::string> last;
  std::istringstream stream(text_);
  for (std::string line; std::getline(stream, line);) {
    const bool is_noise = std::ranges::any_of(
        noise, [&](const std::string& each) { return line.find(each) != std::string::npos; });
    if (is_noise || line.find_first_not_of(" -\r") == std::string::npos) continue;
    last.push_back(std::move(line));
    if (last.size() > most) last.pop_front();
  }
  std::string text;
  for (const std::string& line : last) text += line + "\n";
  return text;
}

}  // namespace tscollect::run
