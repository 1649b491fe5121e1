#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>
#include <system_error>

namespace tscollect::procfs {

/// Why a token is not an integer that can be stored; `none` if it can.
enum class IntegerFault : std::uint8_t { none, not_an_integer, too_large, reserved };

/// A decimal integer printed by the kernel, as 64 bits.
struct ScannedInteger {
  std::int64_t bits = 0;
  IntegerFault error = IntegerFault::none;
  bool beyond_int64 = false;  ///< unsigned and 2^63 or more: `bits` is its uint64
};

/// Like isspace() in the C locale; a line holds no newline.
[[nodiscard]] constexpr bool is_blank(char c) noexcept {
  return static_cast<unsigned char>(c) <= ' ' && (c == ' ' || (c >= '\t' && c <= '\r'));
}

/// Removes and returns the next token, separated by blanks; empty at the end of the line.
[[nodiscard]] [[gnu::hot, gnu::noinline]] constexpr std::string_view next_token(
    std::string_view& line) noexcept {
  std::size_t begin = 0;
  while (begin < line.size() && is_blank(line[begin])) ++begin;
  std::size_t end = begin;
  while (end < line.size() && !is_blank(line[end])) ++end;
  const auto token = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return token;
}

/// Parses a whole token as a decimal integer: optional '-', any number of leading zeros. The value
/// whose bits mean "missing" (2^63, and -2^63) is refused as `reserved`.
[[nodiscard]] constexpr ScannedInteger scan_integer(std::string_view token) noexcept {
  ScannedInteger scanned;
  const bool negative = !token.empty() && token.front() == '-';
  if (negative) token.remove_prefix(1);
  if (token.empty()) return {0, IntegerFault::not_an_integer, false};
  constexpr std::uint64_t reserved = std::uint64_t{1} << 63;
  constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
  constexpr std::size_t always_fit = std::numeric_limits<std::uint64_t>::digits10;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const auto digit = static_cast<unsigned>(token[i]) - '0';
    if (digit > 9) return {0, IntegerFault::not_an_integer, false};
    if (i >= always_fit && value > (largest - digit) / 10) {
      scanned.error = IntegerFault::too_large;
      continue;  // keep checking: a later letter makes it "not an integer"
    }
    value = value * 10 + digit;
  }
  if (scanned.error != IntegerFault::none) return scanned;
  if (value == reserved) return {0, IntegerFault::reserved, false};
  if (negative) {
    if (value > reserved) return {0, IntegerFault::too_large, false};
    return {static_cast<std::int64_t>(0 - value), IntegerFault::none, false};
  }
  return {static_cast<std::int64_t>(value), IntegerFault::none, value > reserved};
}

/// Parses a whole token as a finite decimal number, independent of the locale; false if it is not
/// one. "-0.0" becomes 0: the bits of negative zero are those of `missing_integer`.
[[nodiscard]] inline bool scan_real(std::string_view token, double& value) noexcept {
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  if (error != std::errc{} || end != token.data() + token.size()) return false;
  if (value == 0) value = 0;
  return std::isfinite(value);
}

}  // namespace tscollect::procfs
