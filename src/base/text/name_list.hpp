#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace tscollect::base {

/// "a, b and 3 more": the first `most` of `count` names and the number of the others; `names` are
/// the first ones.
[[nodiscard]] std::string name_list(std::span<const std::string> names, std::size_t count,
                                    std::size_t most, std::string_view separator);

/// Likewise of all names.
[[nodiscard]] std::string name_list(std::span<const std::string> names, std::size_t most,
                                    std::string_view separator = ", ");

}  // namespace tscollect::base
