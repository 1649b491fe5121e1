#include "base/text/visible_json.hpp"

#include "base/text/printable.hpp"
#include "base/text/utf8.hpp"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

namespace tscollect::base {

namespace {

void append_escaped(std::string& out, char32_t point) {
  constexpr char32_t beyond_16_bits = 0x10000;
  if (point < beyond_16_bits) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(point));
    return;
  }
  const auto rest = static_cast<unsigned>(point - beyond_16_bits);
  fmt::format_to(std::back_inserter(out), "\\u{:04x}\\u{:04x}", 0xd800U + (rest >> 10U),
                 0xdc00U + (rest & 0x3ffU));
}

}  // namespace

std::string visible_json(std::string json) {
  std::string_view rest = json;
  std::string out;
  while (!rest.empty()) {
    const std::size_t length = base::printable_prefix(rest);
    if (length == rest.size() && out.empty()) return json;
    out += rest.substr(0, length);
    rest.remove_prefix(length);
    if (rest.empty()) break;
    const std::size_t bytes = base::character_bytes(rest);
    const char32_t point = bytes == 0 ? 0 : base::code_point(rest, bytes);
    if (point < ' ' || bytes == 0)  // between values; in strings they are escaped already
      out += rest.front();
    else
      append_escaped(out, point);
    rest.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return out;
}

}  // namespace tscollect::base
