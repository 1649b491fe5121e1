#include "base/files/text_file.hpp"

#include "base/files/descriptor.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace tscollect::base {

using base::Descriptor;

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

/// Why a file with this metadata is not trusted; empty if it is.
std::string reason_for_distrust(const struct stat& facts, Owner owner) {
  const bool is_ours = facts.st_uid == ::geteuid() || facts.st_uid == 0;
  if (owner == Owner::user_or_root && !is_ours)
    return fmt::format("belongs to user {}, who is neither root nor you", facts.st_uid);
  const mode_t others = owner == Owner::user_or_root ? S_IWGRP | S_IWOTH : S_IWOTH;
  if ((facts.st_mode & others) != 0)
    return fmt::format("others may change it (mode {:03o}; chmod go-w)", facts.st_mode & 0777U);
  return {};
}

Result<std::string> read_whole(const Descriptor& file, const std::filesystem::path& path,
                               std::size_t most_bytes) {
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

/// `check`: returns the reason not to read a file with the given metadata; empty: none.
template <typename Check>
Result<std::string> read_checked(const std::filesystem::path& path, std::size_t most_bytes,
                                 const Check& check, int flags = 0) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags));
  struct stat facts {};
  if (!file.is_open() || ::fstat(file.get(), &facts) != 0)
    return error_about(path, std::generic_category().message(errno));
  if (const std::string type = describe_type(facts.st_mode); !type.empty())
    return error_about(path, type);
  if (const std::string reason = check(facts); !reason.empty()) return error_about(path, reason);
  return read_whole(file, path, most_bytes);
}

}  // namespace

Result<std::string> read_text_file(const std::filesystem::path& path, std::size_t most_bytes) {
  return read_checked(path, most_bytes, [](const struct stat&) { return std::string(); });
}

Result<std::string> read_trusted_text_file(const std::filesystem::path& path,
                                           std::size_t most_bytes, Owner owner) {
  return read_checked(path, most_bytes, [owner](const struct stat& facts) {
    return reason_for_distrust(facts, owner);
  });
}

Result<std::string> read_own_text_file(const std::filesystem::path& path, std::size_t most_bytes,
                                       uid_t owner) {
  const auto check = [owner](const struct stat& facts) {
    return facts.st_uid == owner ? std::string()
                                 : fmt::format("belongs to another user, {}", facts.st_uid);
  };
  return read_checked(path, most_bytes, check, O_NOFOLLOW);
}

std::string error_of_reading(const std::filesystem::path& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return std::generic_category().message(errno);
  if (std::string type = describe_type(facts.st_mode); !type.empty()) return type;
  return ::access(path.c_str(), R_OK) == 0 ? std::string() : std::generic_category().message(errno);
}

}  // namespace tscollect::base
