#include "base/text/text_table.hpp"

#include "base/text/utf8.hpp"

#include <algorithm>
#include <utility>

namespace tscollect::base {

namespace {

constexpr std::size_t column_gap = 2;

}  // namespace

TextTable::TextTable(std::vector<std::string> heading, std::size_t indent, std::size_t left)
    : indent_(indent), left_(left) {
  rows_.push_back({std::move(heading), {}});
}

void TextTable::add(std::vector<std::string> row) { rows_.push_back({std::move(row), {}}); }

void TextTable::add_note(std::string note) { rows_.back().note = std::move(note); }

std::string TextTable::text() const {
  std::vector<std::size_t> widths(rows_.front().cells.size(), 0);
  for (const Row& row : rows_)
    for (std::size_t i = 0; i < row.cells.size(); ++i)
      widths[i] = std::max(widths[i], base::count_characters(row.cells[i]));
  std::string text;
  for (const Row& row : rows_) {
    std::string line(indent_, ' ');
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const std::string padding(widths[i] - base::count_characters(row.cells[i]), ' ');
      if (i > 0) line.append(column_gap, ' ');
      line += i < left_ ? row.cells[i] + padding : padding + row.cells[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
    text += row.note;
  }
  return text;
}

}  // namespace tscollect::base
