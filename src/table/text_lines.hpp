#pragma once

#include <algorithm>
#include <string_view>

namespace tscollect::table {

/// Removes and returns the next line, without its newline, of a non-empty text.
[[nodiscard]] inline std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(text.size(), end + 1));
  return line;
}

}  // namespace tscollect::table
