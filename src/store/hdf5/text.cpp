#include "store/hdf5/text.hpp"

#include "base/text/utf8.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstddef>

namespace tscollect::store {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

}  // namespace

std::string storable_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = text.front() == '\0' ? 0 : base::character_bytes(text);
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
