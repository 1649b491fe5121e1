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

/// Who may own a file that is believed.
enum class Owner { anybody, user_or_root };

/// The same of a file that must not be another's: owned as `owner` says, and to be changed by its
/// owner alone; one that anybody may own is refused only if everybody may change it.
[[nodiscard]] Result<std::string> read_trusted_text_file(const std::filesystem::path& path,
                                                         std::size_t most_bytes, Owner owner);

/// The same of a file that one of our own programs has put there, in a folder in which others may
/// write: only of this owner, whatever its mode is, which the umask has decided, and not through a
/// link.
[[nodiscard]] Result<std::string> read_own_text_file(const std::filesystem::path& path,
                                                     std::size_t most_bytes, uid_t owner);

/// Why the path is no regular file that could be read ("is a pipe, not a file"); empty if it is
/// one. For libraries that open it themselves.
[[nodiscard]] std::string why_not_readable(const std::filesystem::path& path);

}  // namespace tscollect::base
