#pragma once

#include <tscollect/result.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <sys/types.h>

namespace tscollect::base {

/// The whole text of a regular file named by a user. A pipe, a terminal or a device is an error at
/// once and never waited for. So is a file of more than `most_bytes`, such as a sparse one. Error:
/// "PATH: why".
[[nodiscard]] Result<std::string> read_text_file(const std::filesystem::path& path,
                                                 std::size_t most_bytes);

/// Whose files are trusted.
enum class Owner { anybody, user_or_root };

/// The same for a file that must be trusted: its owner is one that `owner` allows, and no other
/// user may write it. With Owner::anybody only a file that everybody may write is refused.
[[nodiscard]] Result<std::string> read_trusted_text_file(const std::filesystem::path& path,
                                                         std::size_t most_bytes, Owner owner);

/// The same for a file that one of the programs has written into a folder in which others may
/// write: it must belong to this owner and must not be a symbolic link. Its mode does not matter,
/// as the umask decided it.
[[nodiscard]] Result<std::string> read_own_text_file(const std::filesystem::path& path,
                                                     std::size_t most_bytes, uid_t owner);

/// Why the path is not a readable regular file ("is a pipe, not a file"); empty if it is. For
/// libraries that open files themselves.
[[nodiscard]] std::string error_of_reading(const std::filesystem::path& path);

}  // namespace tscollect::base
