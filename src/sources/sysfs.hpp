#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>

namespace tscollect::sources {

// Looks at sysfs that never fail: what cannot be read is empty.

/// Names in a folder, in order.
[[nodiscard]] std::set<std::string> names_in(const std::filesystem::path& folder);

/// The first line of a small file, without blanks around it.
[[nodiscard]] std::string line_of(const std::filesystem::path& file);

/// The integer that a file holds; -1 if it holds none.
[[nodiscard]] std::int64_t number_of(const std::filesystem::path& file);

[[nodiscard]] bool is_there(const std::filesystem::path& path);

/// The name of what a path leads to, through links; empty if it leads nowhere.
[[nodiscard]] std::string target_of(const std::filesystem::path& path);

/// The folder of a device in a class ("block", "net"); empty if there is none. sysfs writes the '/'
/// of names such as cciss/c0d0 as '!'.
[[nodiscard]] std::filesystem::path device_folder(const std::filesystem::path& class_folder,
                                                  std::string_view device);

/// Device names as the kernel writes them, one behind the other, separated by blanks.
[[nodiscard]] std::string listed(const std::set<std::string>& devices);

}  // namespace tscollect::sources
