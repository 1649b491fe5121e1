#pragma once

#include <cstdint>
#include <string>

namespace tscollect::base {

/// "2026-01-24T22:20:00.123456789Z"
[[nodiscard]] std::string utc_text(std::int64_t time_ns);

}  // namespace tscollect::base
