#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>

namespace tscollect::sources {

// Functions that read sysfs and never fail: what cannot be read is empty.

/// Sorted names of the entries of a folder.
[[nodiscard]] std::set<std::string> names_in(const std::filesystem::path& folder);

/// The first line of a small file, without leading and trailing blanks.
[[nodiscard]] std::string line_of(const std::filesystem::path& file);

/// The integer in a file; -1 if there is none.
[[nodiscard]] std::int64_t number_of(const std::filesystem::path& file);

[[nodiscard]] bool is_there(const std::filesystem::path& path);

/// The file name that a path resolves to, through links; empty if it does not exist.
[[nodiscard]] std::string target_of(const std::filesystem::path& path);

/// The folder of a device in a class ("block", "net"); empty if there is none. sysfs replaces '/'
/// in names such as cciss/c0d0 by '!'.
[[nodiscard]] std::filesystem::path device_folder(const std::filesystem::path& class_folder,
                                                  std::string_view device);

/// Device names as the kernel writes them, separated by blanks.
[[nodiscard]] std::string listed(const std::set<std::string>& devices);

}  // namespace tscollect::sources
