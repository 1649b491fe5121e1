#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// UTF-8, for code that cuts, counts or checks text. A name in /proc or in a file may hold any byte.

namespace tscollect::base {

/// Whether the byte is a continuation byte of UTF-8.
[[nodiscard]] constexpr bool continues_character(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// Bytes of the well-formed character at the beginning of `text`; 0 if there is none. Overlong
/// forms, surrogates and code points beyond U+10FFFF are not well-formed.
[[nodiscard]] std::size_t character_bytes(std::string_view text) noexcept;

/// Code point of the well-formed first character, which has that many bytes.
[[nodiscard]] char32_t code_point(std::string_view text, std::size_t bytes) noexcept;

[[nodiscard]] std::size_t count_characters(std::string_view text) noexcept;

/// Bytes of the first `characters` characters.
[[nodiscard]] std::size_t prefix_bytes(std::string_view text, std::size_t characters) noexcept;

/// The text if it is short enough; otherwise at most `most_bytes` bytes of it, cut between
/// characters, and "…".
[[nodiscard]] std::string shortened(std::string_view text, std::size_t most_bytes);

}  // namespace tscollect::base
