#include "store/hdf5/text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstddef>

namespace tscollect::store {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

unsigned char byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

/// Length of the UTF-8 sequence that `text` begins with; 0 if it is none (or NUL).
std::size_t sequence_length(std::string_view text) {
  const unsigned char lead = byte_at(text, 0);
  const unsigned char second = byte_at(text, 1);
  if (lead != 0 && lead < 0x80) return 1;
  std::size_t length = 0;
  unsigned char lowest = 0x80;
  unsigned char highest = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) length = 2;
  if (lead >= 0xE0 && lead <= 0xEF) length = 3;
  if (lead >= 0xF0 && lead <= 0xF4) length = 4;
  if (lead == 0xE0) lowest = 0xA0;   // else overlong
  if (lead == 0xED) highest = 0x9F;  // else a surrogate
  if (lead == 0xF0) lowest = 0x90;   // else overlong
  if (lead == 0xF4) highest = 0x8F;  // else beyond U+10FFFF
  if (length == 0 || second < lowest || second > highest) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if ((byte_at(text, i) & 0xC0U) != 0x80) return 0;
  return length;
}

}  // namespace

std::string storable_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    out += length == 0 ? replacement : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string escape_name(std::string_view name) {
  if (name.empty()) return "%";
  const bool is_path = name == "." || name == "..";
  std::string out;
  out.reserve(name.size());
  for (const char character : name) {
    const auto byte = static_cast<unsigned char>(character);
    const bool plain = byte > 0x20 && byte < 0x7F && byte != '/' && byte != '%' && !is_path;
    if (plain) {
      out += character;
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", byte);
    }
  }
  return out;
}

std::string unescape_name(std::string_view escaped) {
  if (escaped == "%") return {};
  std::string out;
  out.reserve(escaped.size());
  while (!escaped.empty()) {
    unsigned value = 0;
    std::size_t taken = 1;
    char character = escaped.front();
    if (character == '%' && escaped.size() >= 3) {
      const char* digits = escaped.data() + 1;
      if (std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2) {
        character = static_cast<char>(value);
        taken = 3;
      }
    }
    out += character;
    escaped.remove_prefix(taken);
  }
  return out;
}

}  // namespace tscollect::store
