#include "base/text_file.hpp"

#include "base/descriptor.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace tscollect::base {

namespace {

/// Completes "PATH: is …"; empty for a regular file.
std::string describe_type(mode_t mode) {
  if (S_ISREG(mode)) return {};
  if (S_ISDIR(mode)) return "is a folder, not a file";
  if (S_ISFIFO(mode)) return "is a pipe, not a file";
  if (S_ISSOCK(mode)) return "is a socket, not a file";
  return "is a device, not a file";
}

Error error_about(const std::filesystem::path& path, std::string_view what) {
  return Error{fmt::format("{}: {}", path.string(), what)};
}

}  // namespace

Result<std::string> read_text_file(const std::filesystem::path& path, std::size_t most_bytes) {
  const procfs::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat facts {};
  if (!file.is_open() || ::fstat(file.get(), &facts) != 0)
    return error_about(path, std::generic_category().message(errno));
  if (const std::string type = describe_type(facts.st_mode); !type.empty())
    return error_about(path, type);
  std::string text;
  std::array<char, 65536> piece{};
  for (;;) {
    const ssize_t got = ::read(file.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error_about(path, std::generic_category().message(errno));
    if (got == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > most_bytes)
      return error_about(path, fmt::format("is longer than {} bytes", most_bytes));
  }
}

std::string why_not_readable(const std::filesystem::path& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return std::generic_category().message(errno);
  if (std::string type = describe_type(facts.st_mode); !type.empty()) return type;
  return ::access(path.c_str(), R_OK) == 0 ? std::string() : std::generic_category().message(errno);
}

}  // namespace tscollect::base
