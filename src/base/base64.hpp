#pragma once

#include <string>
#include <string_view>

namespace tscollect::base {

/// Bytes as RFC 4648 writes them in letters.
[[nodiscard]] std::string base64(std::string_view bytes);

}  // namespace tscollect::base
