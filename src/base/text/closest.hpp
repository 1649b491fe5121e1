#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tscollect::base {

/// The entry of `known` closest to a mistyped word; empty if none is close.
[[nodiscard]] std::string closest(std::string_view word, const std::vector<std::string>& known);

}  // namespace tscollect::base
