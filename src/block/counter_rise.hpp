#pragma once

#include <cstdint>
#include <optional>

namespace tscollect::record {

/// How much a counter rose; nothing if it fell, because what it counts was made anew. A 32-bit one
/// that falls from the upper into the lower half of its range has wrapped. 64-bit ones are compared
/// modulo 2^64, so that a step over 2^63, or a -1 read as 2^64-1, never makes an absurd rise.
[[nodiscard]] constexpr std::optional<std::uint64_t> counter_rise(std::int64_t before,
                                                                  std::int64_t after,
                                                                  int width_bits) noexcept {
  const auto from = static_cast<std::uint64_t>(before);
  const auto to = static_cast<std::uint64_t>(after);
  constexpr std::uint64_t top = std::uint64_t{1} << 32;
  if (width_bits == 32 && to < from && from >= top / 2 && from < top && to < top / 2)
    return to + top - from;
  const std::uint64_t rise = to - from;
  if (static_cast<std::int64_t>(rise) < 0) return std::nullopt;
  return rise;
}

}  // namespace tscollect::record
