#include "base/printable.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tscollect::sources {

namespace {

constexpr std::size_t longest_quote = 40;

constexpr bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

/// Bytes of the well-formed UTF-8 character that `text` begins with; 0 if it does not begin with
/// one. Overlong forms, surrogates and what lies beyond U+10FFFF are not well-formed.
std::size_t sequence_bytes(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  const std::size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < bytes) return 0;
  if (!std::ranges::all_of(text.substr(1, bytes - 1), continues)) return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool beyond = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
  return overlong || beyond ? 0 : bytes;
}

/// Code point of the well-formed character of that many bytes.
char32_t code_point(std::string_view text, std::size_t bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (bytes == 1) return byte(0);
  char32_t point = byte(0) & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) point = point << 6U | (byte(i) & 0x3fU);
  return point;
}

bool is_control(char32_t point) { return point < ' ' || (point >= 0x7f && point < 0xa0); }

/// As sequence_bytes(); 0 for a control character, too.
std::size_t character_bytes(std::string_view text) {
  const std::size_t bytes = sequence_bytes(text);
  return bytes > 0 && is_control(code_point(text, bytes)) ? 0 : bytes;
}

/// Line and paragraph ends, marks and embeddings of writing direction, and characters without
/// width: they make a text look like another one. Joiners, which scripts need, are none of these.
bool is_deceptive(char32_t point) {
  return point == 0x061c || point == 0x200b || point == 0x200e || point == 0x200f ||
         (point >= 0x2028 && point <= 0x202e) || (point >= 0x2060 && point <= 0x206f) ||
         point == 0xfeff || (point >= 0xfff9 && point <= 0xfffb) ||
         (point >= 0xe0000 && point <= 0xe007f);
}

/// Bytes of the character that `text` begins with, if it may be shown; else 0.
std::size_t shown_bytes(std::string_view text) {
  const std::size_t bytes = character_bytes(text);
  return bytes > 1 && is_deceptive(code_point(text, bytes)) ? 0 : bytes;
}

}  // namespace

bool is_plain(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = character_bytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

std::size_t printable_prefix(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size()) {
    if (text[length] >= ' ' && text[length] < '\x7f') {  // most are
      ++length;
      continue;
    }
    const std::size_t bytes = shown_bytes(text.substr(length));
    if (bytes == 0) break;
    length += bytes;
  }
  return length;
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t bytes = shown_bytes(text);
    if (bytes == 0) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
      bytes = 1;
    } else {
      out += text.substr(0, bytes);
    }
    text.remove_prefix(bytes);
  }
  return out;
}

Character first_character(std::string_view text) {
  const std::size_t bytes = sequence_bytes(text);
  return {bytes == 0 ? char32_t{0} : code_point(text, bytes), bytes};
}

std::string in_quotes(std::string_view text) {
  return fmt::format("'{}{}'", printable(text.substr(0, longest_quote)),
                     text.size() > longest_quote ? "…" : "");
}

}  // namespace tscollect::sources
