#pragma once

#include "sources/sources.hpp"
#include "table/table.hpp"

#include <bit>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace tscollect::test {

inline std::filesystem::path fixture_path(std::string_view path) {
  return std::filesystem::path(TSCOLLECT_FIXTURES) / path;
}

/// The bytes of a fixture: "linux-3.10/proc/diskstats".
inline std::string fixture(std::string_view path) {
  std::ifstream file(fixture_path(path), std::ios::binary);
  if (!file) throw std::runtime_error("no fixture " + std::string(path));
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void feed(table::Table& table, std::string_view text) {
  procfs::TextBuffer buffer;
  buffer.assign(text);
  table.update(buffer);
}

inline table::Table table_of(const table::Source& source, std::string_view text,
                             const table::DeviceFilter& filter = {}) {
  table::Table table(source, filter);
  feed(table, text);
  return table;
}

/// What a table holds, by (row name, field name); absent cells are left out.
using Cells = std::map<std::pair<std::string, std::string>, std::int64_t>;

inline Cells present_cells(const table::Table& table) {
  Cells cells;
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    const table::TableColumn& column = table.columns()[i];
    if (table.values()[i] != missing_integer)
      cells[{table.rows()[column.row].name, table.fields()[column.field].name}] = table.values()[i];
  }
  return cells;
}

/// One cell, absent or not; flat sources have the row "".
inline std::optional<std::int64_t> cell(const table::Table& table, std::string_view row,
                                        std::string_view field) {
  const Cells cells = present_cells(table);
  const auto found = cells.find({std::string(row), std::string(field)});
  return found == cells.end() ? std::nullopt : std::optional(found->second);
}

inline std::optional<double> real_cell(const table::Table& table, std::string_view field) {
  const auto bits = cell(table, "", field);
  return bits ? std::optional(std::bit_cast<double>(*bits)) : std::nullopt;
}

inline const FieldDescription* field_of(const table::Table& table, std::string_view name) {
  for (const FieldDescription& field : table.fields())
    if (field.name == name) return &field;
  return nullptr;
}

inline const table::Row* row_of(const table::Table& table, std::string_view name) {
  for (const table::Row& row : table.rows())
    if (row.name == name) return &row;
  return nullptr;
}

}  // namespace tscollect::test
