#include "tool/csv_cell.hpp"

#include "base/text/printable.hpp"

#include <algorithm>
#include <array>

namespace tscollect::tool {

namespace {

/// Whether a spreadsheet would treat the text as a formula: it begins with one of these characters,
/// or with their full-width form.
bool begins_a_formula(std::string_view cell) {
  constexpr std::array<std::string_view, 8> marks = {"=", "+", "-", "@", "＝", "＋", "－", "＠"};
  return std::ranges::any_of(marks, [&](std::string_view mark) { return cell.starts_with(mark); });
}

}  // namespace

std::string csv_cell(std::string_view name) {
  std::string cell = (begins_a_formula(name) ? "'" : "") + base::printable(name);
  if (cell.find_first_of(",\"") == std::string_view::npos) return cell;
  std::string text = "\"";
  for (const char character : cell) {
    if (character == '"') text += '"';
    text += character;
  }
  return text += '"';
}

}  // namespace tscollect::tool
