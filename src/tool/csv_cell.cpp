#include "tool/csv_cell.hpp"

#include "base/printable.hpp"

#include <algorithm>
#include <array>

namespace tscollect::tool {

namespace {

/// A spreadsheet takes for a formula what begins with one of these, or with its wide form. Numbers
/// are written as they are, and in texts control characters are spelled out.
bool begins_a_formula(std::string_view cell) {
  constexpr std::array<std::string_view, 8> marks = {"=", "+", "-", "@", "＝", "＋", "－", "＠"};
  return std::ranges::any_of(marks, [&](std::string_view mark) { return cell.starts_with(mark); });
}

}  // namespace

std::string csv_cell(std::string_view name) {
  const std::string cell = (begins_a_formula(name) ? "'" : "") + base::printable(name);
  if (cell.find_first_of(",\"") == std::string_view::npos) return cell;
  std::string text = "\"";
  for (const char character : cell) {
    if (character == '"') text += '"';
    text += character;
  }
  return text += '"';
}

}  // namespace tscollect::tool
