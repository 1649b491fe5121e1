#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// UTF-8, for all who cut, count or check text. A name in /proc or in a file may hold any byte.

namespace tscollect::base {

/// Whether the byte is one of a character's that is not its first.
[[nodiscard]] constexpr bool continues_character(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// Bytes of the well-formed character that `text` begins with; 0 if it begins with none or is
/// empty. Overlong forms, surrogates and what lies beyond U+10FFFF are not well-formed.
[[nodiscard]] std::size_t character_bytes(std::string_view text) noexcept;

/// Code point of the well-formed character of that many bytes.
[[nodiscard]] char32_t code_point(std::string_view text, std::size_t bytes) noexcept;

[[nodiscard]] std::size_t count_characters(std::string_view text) noexcept;

/// Bytes of the first `characters` of them.
[[nodiscard]] std::size_t prefix_bytes(std::string_view text, std::size_t characters) noexcept;

/// The text, or its first `most_bytes` bytes or fewer, not cut within a character, and "…".
[[nodiscard]] std::string shortened(std::string_view text, std::size_t most_bytes);

}  // namespace tscollect::base
