#pragma once

#include <tscollect/export.hpp>
#include <tscollect/result.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace tscollect {

/// CLOCK_MONOTONIC of this host: for intervals; not comparable between hosts.
using MonoTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

/// CLOCK_REALTIME of this host: nanoseconds since 1970-01-01 UTC, without leap seconds.
using WallTime = std::chrono::sys_time<std::chrono::nanoseconds>;

[[nodiscard]] TSCOLLECT_EXPORT MonoTime mono_now() noexcept;
[[nodiscard]] TSCOLLECT_EXPORT WallTime wall_now() noexcept;

/// "YYYY-MM-DDTHH:MM:SS.fffZ", milliseconds rounded down.
[[nodiscard]] TSCOLLECT_EXPORT std::string format_timestamp(WallTime time);

/// Reads "YYYY-MM-DDTHH:MM:SS[.fraction]Z" (up to nine digits of fraction).
[[nodiscard]] TSCOLLECT_EXPORT Result<WallTime> parse_timestamp(std::string_view text);

}  // namespace tscollect
