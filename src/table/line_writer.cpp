// Following: handles a line of known layout, in every sample. Learning is in a file of its own, so
// that the code that runs in each sample is close together in memory.
#include "table/line_writer.hpp"

#include "procfs/scan.hpp"

#include <bit>
#include <functional>

namespace tscollect::table {

[[gnu::hot]] void LineWriter::parse_known_line(std::size_t number, std::string_view text,
                                               std::size_t same) {
  same_ = text.substr(0, same);
  cell_ = table_->lines_[number].first_cell;
  cells_end_ = table_->lines_[number + 1].first_cell;
}

// Whether the line is unchanged up to and including the byte after this piece.
[[gnu::hot]] bool LineWriter::is_as_before(std::string_view piece) const noexcept {
  const std::less<> precedes;  // a valid order even if `piece` does not point into the line
  return !precedes(piece.data(), same_.data()) &&
         precedes(piece.data() + piece.size(), same_.data() + same_.size());
}

[[gnu::hot]] bool LineWriter::row(std::string_view name, const std::int64_t* attributes) {
  if (parsing_new_) return add_row(name, attributes);
  if (cell_ == cells_end_) {
    mismatch_ = mismatch_ || !table_->excluded_index_.find(name);
    return false;
  }
  const TableColumn& first = table_->columns_[table_->cells_[cell_].column];
  mismatch_ = mismatch_ || table_->rows_[first.row].name != name;
  return !mismatch_;
}

[[gnu::hot]] void LineWriter::integer(std::size_t field, std::string_view token) {
  if (parsing_new_) return parse_new_integer(field, token);
  const std::uint32_t column = next_column(table_->declared_[field]);
  if (!is_as_before(token)) parse_known_integer(column, token);
}

[[gnu::hot]] void LineWriter::integer(std::string_view field, std::string_view token,
                                      std::string_view suffix) {
  if (parsing_new_) return parse_new_integer(field, token, suffix);
  parse_known_integer(next_column(field), token);
}

[[gnu::hot]] void LineWriter::real(std::size_t field, std::string_view token) {
  if (parsing_new_) return parse_new_real(field, token);
  const std::uint32_t column = next_column(table_->declared_[field]);
  if (is_as_before(token)) return;
  double value = 0;
  if (procfs::scan_real(token, value))
    store(column, std::bit_cast<std::int64_t>(value), false);
  else
    mismatch_ = true;
}

[[gnu::hot]] void LineWriter::parse_known_integer(std::uint32_t column, std::string_view token) {
  const procfs::ScannedInteger scanned = procfs::scan_integer(token);
  if (scanned.error == procfs::IntegerFault::none)
    store(column, scanned.bits, scanned.beyond_int64);
  else
    mismatch_ = true;
}

// The column of the next cell of a learned line, if its field is still the same.
[[gnu::hot]] std::uint32_t LineWriter::next_column(std::uint32_t field) {
  if (cell_ < cells_end_) {
    const Table::Cell cell = table_->cells_[cell_++];
    if (cell.field == field) return cell.column;
  }
  mismatch_ = true;
  return unassigned;
}

[[gnu::hot]] std::uint32_t LineWriter::next_column(std::string_view field) {
  if (cell_ < cells_end_) {
    const Table::Cell cell = table_->cells_[cell_++];
    if (is_as_before(field) || table_->fields_[cell.field].name == field) return cell.column;
  }
  mismatch_ = true;
  return unassigned;
}

[[gnu::hot]] void LineWriter::store(std::uint32_t column, std::int64_t bits, bool beyond_int64) {
  if (column == unassigned) return;
  const bool is_new = beyond_int64 && note_beyond_int64(column);
  // In a column that has just become uint64 the same bits mean another value.
  if (table_->values_[column] == bits && !is_new) return;
  table_->values_[column] = bits;
  if (!parsing_new_) table_->touched_.push_back(column);
}

}  // namespace tscollect::table
