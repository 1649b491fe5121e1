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

/// A device, or the one unnamed row of a flat source. Names are printable UTF-8.
struct Row {
  std::string name;
  /// As Source::row_attributes, then, once it is known, Source::number_facts.
  std::vector<std::int64_t> attributes;
  std::vector<std::string> texts = {};  ///< as Source::text_facts; empty until they are known
};

/// A cell that is followed over time: field `field` of row `row`. Columns are numbered in the order
/// in which they first appear, and keep their number.
struct TableColumn {
  std::uint32_t row = 0;
  std::uint32_t field = 0;
  bool beyond_int64 = false;  ///< some value was 2^63 or more: bits are to be read as uint64
};

/// The latest values of one source, and the layout learned from its text. Names are looked up when
/// a line is first seen; as long as the lines stay in place a line that did not change costs a
/// comparison of its bytes, and one that did costs its numbers.
class Table {
 public:
  Table(const Source& source, DeviceFilter filter);

  /// Takes a new text, which the caller keeps. Afterwards values() holds what the text says and
  /// missing_integer where it says nothing; touched() covers every column that may differ from
  /// before. A bad field is missing and named in error(). Of a cell that a text gives twice (a long
  /// file is not one snapshot) the last value counts.
  void update(const procfs::TextBuffer& text);

  /// As after a text that says nothing: every column missing.
  void clear_values();

  /// What Source::describe_device says of a row.
  void describe_row(std::size_t row, const DeviceFacts& facts);

  [[nodiscard]] const Source& source() const noexcept { return *source_; }
  [[nodiscard]] const std::vector<FieldDescription>& fields() const noexcept { return fields_; }
  [[nodiscard]] const std::vector<Row>& rows() const noexcept { return rows_; }
  [[nodiscard]] const std::vector<TableColumn>& columns() const noexcept { return columns_; }
  /// By column; reals by the bits of their double.
  [[nodiscard]] const std::vector<std::int64_t>& values() const noexcept { return values_; }
  [[nodiscard]] const std::vector<std::uint32_t>& touched() const noexcept { return touched_; }
  /// What was wrong with the last text; empty if nothing was.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  /// Grows whenever fields(), rows() or columns() do, a row is described, or a column turns out to
  /// be beyond int64.
  [[nodiscard]] std::uint64_t layout_version() const noexcept { return layout_version_; }
  /// Devices that the filter left out, in the order in which they appeared.
  [[nodiscard]] const std::vector<std::string>& excluded_rows() const noexcept { return excluded_; }

 private:
  friend class LineWriter;

  /// One more than the text has lines: the last one says where the cells end.
  struct Line {
    std::uint32_t length = 0;  ///< with its newline
    std::uint32_t first_cell = 0;
  };
  struct Cell {
    std::uint32_t column = 0;
    std::uint32_t field = 0;  ///< of that column, beside it to spare a look elsewhere
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

  // After a pause all of this is out of the caches, and each look at a place of its own costs more
  // than the parsing. So what every update needs comes first and close together, what only changed
  // lines need is apart from it, and names are looked at while learning.
  const Source* source_;
  bool parsed_new_ = false;
  bool moved_ = false;  ///< some line of the last text has another length than before
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
  std::vector<bool> is_touched_;                       ///< by column; while learning
  std::vector<std::vector<std::uint32_t>> column_of_;  ///< [row][field], `unassigned` where none
  NameIndex field_index_;
  NameIndex row_index_;
  NameIndex excluded_index_;
  std::vector<std::string> excluded_;
  DeviceFilter filter_;
};

}  // namespace tscollect::table
