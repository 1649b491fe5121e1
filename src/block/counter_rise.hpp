#pragma once

#include <cstdint>
#include <optional>

namespace tscollect::block {

/// The increase of a counter; nothing if it was reset. A 32-bit counter that goes from the upper to
/// the lower half of its range has wrapped. 64-bit counters are compared modulo 2^64, so that a
/// step over 2^63, or a -1 read as 2^64-1, does not give an absurd increase.
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

}  // namespace tscollect::block
