#pragma once

#include <cstdint>
#include <limits>

namespace tscollect::base {

// Saturating arithmetic for numbers read from untrusted files, where a plain sum could overflow.

[[nodiscard]] constexpr std::int64_t saturating_sum(std::int64_t one, std::int64_t other) noexcept {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(one, other, &sum)) return sum;
  return one < 0 ? std::numeric_limits<std::int64_t>::min()
                 : std::numeric_limits<std::int64_t>::max();
}

[[nodiscard]] constexpr std::int64_t saturating_difference(std::int64_t one,
                                                           std::int64_t other) noexcept {
  std::int64_t difference = 0;
  if (!__builtin_sub_overflow(one, other, &difference)) return difference;
  return one < 0 ? std::numeric_limits<std::int64_t>::min()
                 : std::numeric_limits<std::int64_t>::max();
}

}  // namespace tscollect::base
