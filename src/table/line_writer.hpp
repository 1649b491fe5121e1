#pragma once

#include "table/table.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tscollect::table {

/// The interface of a parser for one line: at most one call of row(), then its cells.
class LineWriter {
 public:
  /// Names the device of the line, with its attributes (as many as Source::row_attributes). False:
  /// the device is filtered out and the rest of the line can be skipped.
  bool row(std::string_view name, const std::int64_t* attributes = nullptr);

  /// A cell of a field given by its position in Source::fields.
  void integer(std::size_t field, std::string_view token);
  void real(std::size_t field, std::string_view token);
  /// A cell of a field given by its name. If `field` points into the line, it must depend only on
  /// the bytes up to the one after it: lines that agree in these give the same field.
  void integer(std::string_view field, std::string_view token, std::string_view suffix = {});
  /// Reports a line that cannot be parsed. `why` completes a sentence that begins with the row's
  /// name, or with the line. Cells written before are kept.
  void malformed(std::string_view why);

 private:
  friend class Table;
  explicit LineWriter(Table& table, bool parsing_new) : table_(&table), parsing_new_(parsing_new) {}

  void parse_known_line(std::size_t number, std::string_view text, std::size_t same);
  [[nodiscard]] bool is_as_before(std::string_view piece) const noexcept;
  [[nodiscard]] std::uint32_t next_column(std::uint32_t field);
  [[nodiscard]] std::uint32_t next_column(std::string_view field);
  void parse_known_integer(std::uint32_t column, std::string_view token);
  void store(std::uint32_t column, std::int64_t bits, bool beyond_int64);

  // Defined in line_learner.cpp.
  void parse_new_line(std::size_t number);
  [[nodiscard]] bool add_row(std::string_view name, const std::int64_t* attributes);
  void parse_new_integer(std::size_t field, std::string_view token);
  void parse_new_integer(std::string_view field, std::string_view token, std::string_view suffix);
  void parse_new_real(std::size_t field, std::string_view token);
  [[nodiscard]] std::uint32_t add_column(std::uint32_t field);
  /// False: it was marked already.
  bool note_beyond_int64(std::uint32_t column);
  void report(std::string_view field, std::string_view token, std::string_view why);
  void report(std::string message);
  [[nodiscard]] std::string place() const;

  static constexpr std::uint32_t unassigned = Table::unassigned;

  Table* table_;
  bool parsing_new_;
  bool mismatch_ = false;  ///< the line is not the learned one: the text must be learned again
  bool repeated_ = false;  ///< a cell came twice: the layout cannot be followed line by line
  std::uint32_t row_ = 0;  ///< while learning, `unassigned` until the row's first value
  std::string_view row_name_;
  const std::int64_t* row_attributes_ = nullptr;
  std::string_view same_;  ///< the unchanged beginning of the line
  std::size_t cell_ = 0;   ///< next entry of Table::cells_, while following
  std::size_t cells_end_ = 0;
  std::size_t line_number_ = 0;
  std::size_t errors_ = 0;
};

}  // namespace tscollect::table
