#include "base/text/printable.hpp"

#include "base/text/utf8.hpp"

#include <fmt/format.h>

namespace tscollect::base {

namespace {

constexpr std::size_t longest_quote = 40;

bool is_control(char32_t point) { return point < ' ' || (point >= 0x7f && point < 0xa0); }

/// Bytes of the first character of `text`; 0 if it is invalid or a control character.
std::size_t plain_bytes(std::string_view text) {
  const std::size_t bytes = base::character_bytes(text);
  return bytes > 0 && is_control(base::code_point(text, bytes)) ? 0 : bytes;
}

/// Line and paragraph separators, marks of writing direction, and characters without width: they
/// make a text look like another one. Joiners are not among them, as some scripts need them.
bool is_deceptive(char32_t point) {
  return point == 0x061c || point == 0x200b || point == 0x200e || point == 0x200f ||
         (point >= 0x2028 && point <= 0x202e) || (point >= 0x2060 && point <= 0x206f) ||
         point == 0xfeff || (point >= 0xfff9 && point <= 0xfffb) ||
         (point >= 0xe0000 && point <= 0xe007f);
}

/// Bytes of the first character of `text` if it may be shown; otherwise 0.
std::size_t shown_bytes(std::string_view text) {
  const std::size_t bytes = plain_bytes(text);
  return bytes > 1 && is_deceptive(base::code_point(text, bytes)) ? 0 : bytes;
}

}  // namespace

bool is_plain(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = plain_bytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

std::size_t printable_prefix(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size()) {
    if (text[length] >= ' ' && text[length] < '\x7f') {  // fast path for ASCII
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

std::string in_quotes(std::string_view text) {
  return fmt::format("'{}{}'", printable(text.substr(0, longest_quote)),
                     text.size() > longest_quote ? "…" : "");
}

}  // namespace tscollect::base
