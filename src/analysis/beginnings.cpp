#include "analysis/beginnings.hpp"

#include <algorithm>

namespace tscollect::analysis {

namespace {

std::int64_t cell_of(const CellColumn& column, std::size_t sample) {
  return column.cells[sample * column.stride];
}

}  // namespace

void Beginnings::fill(std::size_t first_cell, std::span<const std::size_t> presence,
                      std::span<CellColumn> columns) {
  filled_.resize(columns.size());
  for (auto& cells : filled_) cells.clear();
  const auto is_there = [&](std::size_t sample) {
    return std::ranges::any_of(presence, [&](std::size_t place) {
      return cell_of(columns[place], sample) != missing_integer;
    });
  };
  for (std::size_t place = 0; place < columns.size(); ++place) {
    const CellColumn& column = columns[place];
    std::vector<std::int64_t>& cells = filled_[place];
    for (std::size_t i = 0; i < column.samples && !has_begun_[first_cell + place]; ++i) {
      if (cell_of(column, i) != missing_integer)
        has_begun_[first_cell + place] = true;
      else
        cells.push_back(is_there(i) ? 0 : missing_integer);
    }
    if (cells.empty()) continue;
    for (std::size_t i = cells.size(); i < column.samples; ++i) cells.push_back(cell_of(column, i));
  }
  for (std::size_t place = 0; place < columns.size(); ++place)
    if (!filled_[place].empty()) {
      columns[place].cells = filled_[place];
      columns[place].stride = 1;
    }
}

}  // namespace tscollect::analysis
