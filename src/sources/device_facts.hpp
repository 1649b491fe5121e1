#pragma once

#include "table/source.hpp"

#include <array>
#include <filesystem>
#include <string_view>

namespace tscollect::sources {

// Not inline: with sanitizers and checked containers GCC 12 takes a span of an inline array for no
// constant.
constexpr std::array<std::string_view, 3> disk_numbers = {"is_partition", "is_rotational",
                                                          "size_bytes"};
constexpr std::array<std::string_view, 3> disk_texts = {"role", "stands_on", "model"};

/// Facts from sysfs about a block device.
[[nodiscard]] table::DeviceFacts describe_disk(const std::filesystem::path& sysfs,
                                               std::string_view name);

constexpr std::array<std::string_view, 1> interface_numbers = {"speed_mbps"};
constexpr std::array<std::string_view, 6> interface_texts = {"role",  "kind",   "lower",
                                                             "upper", "driver", "link_type"};

/// Facts from sysfs about a network interface.
[[nodiscard]] table::DeviceFacts describe_interface(const std::filesystem::path& sysfs,
                                                    std::string_view name);

}  // namespace tscollect::sources
