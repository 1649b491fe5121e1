#pragma once

#include "procfs/proc_file.hpp"
#include "table/device_filter.hpp"
#include "table/name_index.hpp"
#include "table/source.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::table {

/// A device, or the only, unnamed row of a flat source. Names are printable UTF-8.
struct Row {
  std::string name;
  /// First Source::row_attributes, then, once known, Source::number_facts.
  std::vector<std::int64_t> attributes;
  std::vector<std::string> texts = {};  ///< Source::text_facts; empty until known
};

/// A cell followed over time: field `field` of row `row`. Columns are numbered in the order of
/// their first appearance, and keep their number.
struct TableColumn {
  std::uint32_t row = 0;
  std::uint32_t field = 0;
  bool beyond_int64 = false;  ///< some value was 2^63 or more: the bits are uint64
};

/// The latest values of one source, and the layout learned from its text. Names are looked up when
/// a line is first seen. While lines stay in place, an unchanged line costs a comparison of its
/// bytes, and a changed line the parsing of its numbers.
class Table {
 public:
  Table(const Source& source, DeviceFilter filter);

  /// Parses a new text, which the caller must keep. Afterwards values() holds the values of the
  /// text, and missing_integer for all others; touched() covers every column that may have changed.
  /// A bad field is missing and named in error(). If a text gives a cell twice (a long file is not
  /// one snapshot), the last value counts.
  void update(const procfs::TextBuffer& text);

  /// Marks every column as missing, as after a text without values.
  void clear_values();

  /// Sets the result of Source::describe_device for a row.
  void describe_row(std::size_t row, const DeviceFacts& facts);

  [[nodiscard]] const Source& source() const noexcept { return *source_; }
  [[nodiscard]] const std::vector<FieldDescription>& fields() const noexcept { return fields_; }
  [[nodiscard]] const std::vector<Row>& rows() const noexcept { return rows_; }
  [[nodiscard]] const std::vector<TableColumn>& columns() const noexcept { return columns_; }
  /// By column; a real as the bits of its double.
  [[nodiscard]] const std::vector<std::int64_t>& values() const noexcept { return values_; }
  [[nodiscard]] const std::vector<std::uint32_t>& touched() const noexcept { return touched_; }
  /// The errors of the last text; empty if there were none.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  /// Increases whenever fields(), rows() or columns() grow, a row is described, or a column turns
  /// out to exceed int64.
  [[nodiscard]] std::uint64_t layout_version() const noexcept { return layout_version_; }
  /// Names of devices excluded by the filter, in order of appearance.
  [[nodiscard]] const std::vector<std::string>& excluded_rows() const noexcept { return excluded_; }

 private:
  friend class LineWriter;

  /// There is one more than the text has lines: the last one marks the end of the cells.
  struct Line {
    std::uint32_t length = 0;  ///< including its newline
    std::uint32_t first_cell = 0;
  };
  struct Cell {
    std::uint32_t column = 0;
    std::uint32_t field = 0;  ///< field of that column, copied here for locality
  };

  static constexpr std::uint32_t unassigned = 0xffffffff;

  [[nodiscard]] bool update_in_place(std::string_view text);
  void parse_new(std::string_view text);
  void forget_values();
  void touch_cells();
  [[nodiscard]] bool keeps(std::string_view row_name);
  std::uint32_t find_or_add_row(std::string_view name, const std::int64_t* attributes);
  std::uint32_t find_or_add_field(std::string_view name, std::string_view suffix);
  std::uint32_t find_or_add_declared(std::size_t field);
  std::uint32_t find_or_add_column(std::uint32_t row, std::uint32_t field);

  // After a pause all of this is out of the caches, and each cache miss costs more than the
  // parsing. So what every update needs comes first and close together, what only changed lines
  // need is apart from it, and names are looked up only while learning.
  const Source* source_;
  bool parsed_new_ = false;
  bool moved_ = false;  ///< some line of the last text has changed its length
  procfs::TextBuffer previous_;
  std::vector<Line> lines_;
  std::vector<std::uint32_t> touched_;
  std::uint64_t layout_version_ = 0;
  std::vector<Cell> cells_;  ///< in the order of the text, line after line
  std::vector<std::int64_t> values_;
  std::vector<std::uint32_t> declared_;  ///< position in fields_ of each of Source::fields
  std::string error_;

  std::vector<FieldDescription> fields_;
  std::vector<Row> rows_;
  std::vector<TableColumn> columns_;
  std::vector<bool> is_touched_;  ///< by column; while learning
  std::vector<std::vector<std::uint32_t>>
      column_of_;  ///< [row][field], `unassigned` if there is none
  NameIndex field_index_;
  NameIndex row_index_;
  NameIndex excluded_index_;
  std::vector<std::string> excluded_;
  DeviceFilter filter_;
};

}  // namespace tscollect::table
