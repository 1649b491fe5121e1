#pragma once

#include <string>
#include <string_view>

namespace tscollect::base {

/// Bytes in the base64 encoding of RFC 4648.
[[nodiscard]] std::string base64(std::string_view bytes);

}  // namespace tscollect::base
