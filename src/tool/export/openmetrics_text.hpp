#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tscollect::tool {

/// Escapes terminal control characters, then as the format requires.
[[nodiscard]] std::string openmetrics_escaped(std::string_view text);

/// Seconds since 1970: "1769293200.000000001".
[[nodiscard]] std::string openmetrics_time(std::int64_t time_ns);

}  // namespace tscollect::tool
