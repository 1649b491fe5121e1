#pragma once

#include <tscollect/result.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <sys/types.h>

namespace tscollect::base {

/// The whole text of a regular file that somebody named. A pipe, a terminal or a device in its
/// place is an error at once and is never waited for; so is a file of more than `most_bytes`, such
/// as a sparse one. Error: "PATH: why".
[[nodiscard]] Result<std::string> read_text_file(const std::filesystem::path& path,
                                                 std::size_t most_bytes);

/// Whose files are trusted.
enum class Owner { anybody, user_or_root };

/// Likewise, of a file that has to be trusted: its owner is one that `owner` allows, and nobody
/// else may write it. Where any owner is allowed, only a file that everybody may write is refused.
[[nodiscard]] Result<std::string> read_trusted_text_file(const std::filesystem::path& path,
                                                         std::size_t most_bytes, Owner owner);

/// The same of a file that one of our own programs has put there, in a folder in which others may
/// write: only of this owner, whatever its mode is, which the umask has decided, and not through a
/// link.
[[nodiscard]] Result<std::string> read_own_text_file(const std::filesystem::path& path,
                                                     std::size_t most_bytes, uid_t owner);

/// Why the path is no regular file that could be read ("is a pipe, not a file"); empty if it is
/// one. For libraries that open it themselves.
[[nodiscard]] std::string error_of_reading(const std::filesystem::path& path);

}  // namespace tscollect::base
