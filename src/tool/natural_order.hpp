#pragma once

#include <string_view>

namespace tscollect::tool {

/// Natural order, which compares numbers by value: node2 before node10.
[[nodiscard]] bool comes_before(std::string_view first, std::string_view second);

}  // namespace tscollect::tool
