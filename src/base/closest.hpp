#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tscollect::base {

/// The one of `known` that a mistyped word was probably meant to be; empty: none is near.
[[nodiscard]] std::string closest(std::string_view word, const std::vector<std::string>& known);

}  // namespace tscollect::base
