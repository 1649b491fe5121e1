#include "sources/line_writer.hpp"

#include "procfs/fields.hpp"
#include "sources/printable.hpp"

#include <fmt/format.h>

#include <bit>
#include <functional>

namespace tscollect::sources {

namespace {

// Beyond it a name is no kernel's: interfaces have 15 bytes, disks 31, keys fewer than 40.
constexpr std::size_t longest_name_bytes = 255;
constexpr std::string_view name_too_long = "has a name longer than 255 bytes";

std::string_view describe(procfs::IntegerFault fault) {
  switch (fault) {
    case procfs::IntegerFault::too_large: return "does not fit 64 bits";
    case procfs::IntegerFault::reserved: return "cannot be stored: its bits stand for 'missing'";
    case procfs::IntegerFault::not_an_integer:
    case procfs::IntegerFault::none: break;
  }
  return "is not an integer";
}

}  // namespace

void LineWriter::learn_line(std::size_t number) {
  line_number_ = number + 1;
  row_ = 0;
  row_name_ = {};
  row_attributes_ = nullptr;
}

void LineWriter::follow_line(const Table::Line& line, std::string_view text, std::size_t same) {
  same_ = text.substr(0, same);
  row_ = line.row;
  cell_ = line.first_cell;
  cells_end_ = cell_ + line.cells;
}

// Whether the line is what it was before, up to the byte behind this piece of it.
bool LineWriter::is_as_before(std::string_view piece) const noexcept {
  const std::less<const char*> precedes;  // in order even if `piece` is no piece of the line
  return !precedes(piece.data(), same_.data()) &&
         precedes(piece.data() + piece.size(), same_.data() + same_.size());
}

bool LineWriter::row(std::string_view name, const std::int64_t* attributes) {
  if (!learning_) {
    if (cell_ == cells_end_) {
      mismatch_ = mismatch_ || !table_->excluded_index_.find(name);
      return false;
    }
    mismatch_ = mismatch_ || table_->rows_[row_].name != name;
    return !mismatch_;
  }
  if (name.size() > longest_name_bytes) {
    malformed(name_too_long);
    return false;
  }
  if (!table_->keeps(name)) return false;
  row_ = unassigned;
  row_name_ = name;
  row_attributes_ = attributes;
  return true;
}

void LineWriter::integer(std::size_t field, std::string_view token) {
  if (!learning_ && is_as_before(token))
    return static_cast<void>(next_column(table_->declared_[field]));
  const procfs::ScannedInteger scanned = procfs::scan_integer(token);
  if (scanned.fault != procfs::IntegerFault::none)
    return report(table_->source_->fields[field].name, token, describe(scanned.fault));
  store(learning_ ? learn_column(table_->find_or_add_declared(field))
                  : next_column(table_->declared_[field]),
        scanned.bits, scanned.beyond_int64);
}

void LineWriter::integer(std::string_view field, std::string_view token, std::string_view suffix) {
  if (learning_ && field.size() > longest_name_bytes) return malformed(name_too_long);
  const procfs::ScannedInteger scanned = procfs::scan_integer(token);
  if (scanned.fault != procfs::IntegerFault::none)
    return report(field, token, describe(scanned.fault));
  store(learning_ ? learn_column(table_->find_or_add_field(field, suffix)) : next_column(field),
        scanned.bits, scanned.beyond_int64);
}

void LineWriter::real(std::size_t field, std::string_view token) {
  if (!learning_ && is_as_before(token))
    return static_cast<void>(next_column(table_->declared_[field]));
  double value = 0;
  if (!procfs::scan_real(token, value))
    return report(table_->source_->fields[field].name, token, "is not a number");
  store(learning_ ? learn_column(table_->find_or_add_declared(field))
                  : next_column(table_->declared_[field]),
        std::bit_cast<std::int64_t>(value), false);
}

// The column that the next cell of a line learned before belongs to, if its field is still this.
std::uint32_t LineWriter::next_column(std::uint32_t field) {
  if (cell_ < cells_end_) {
    const Table::Cell cell = table_->cells_[cell_++];
    if (cell.field == field) return cell.column;
  }
  mismatch_ = true;
  return unassigned;
}

std::uint32_t LineWriter::next_column(std::string_view field) {
  if (cell_ < cells_end_) {
    const Table::Cell cell = table_->cells_[cell_++];
    if (is_as_before(field) || table_->fields_[cell.field].name == field) return cell.column;
  }
  mismatch_ = true;
  return unassigned;
}

// A row begins with its first value: a line without one adds nothing to the table.
std::uint32_t LineWriter::learn_column(std::uint32_t field) {
  if (row_ == unassigned) row_ = table_->find_or_add_row(row_name_, row_attributes_);
  const std::uint32_t column = table_->find_or_add_column(row_, field);
  repeated_ = repeated_ || table_->values_[column] != missing_integer;
  table_->cells_.push_back({column, field});
  return column;
}

void LineWriter::store(std::uint32_t column, std::int64_t bits, bool beyond_int64) {
  if (column == unassigned) return;
  if (beyond_int64) table_->columns_[column].beyond_int64 = true;
  if (table_->values_[column] == bits) return;
  table_->values_[column] = bits;
  if (!learning_) table_->touched_.push_back(column);
}

void LineWriter::malformed(std::string_view why) {
  if (!learning_) {
    mismatch_ = true;
    return;
  }
  report(fmt::format("{} line {}: {}{}{}", table_->source_->description.path, line_number_,
                     printable(row_name_), row_name_.empty() ? "" : " ", why));
}

void LineWriter::report(std::string_view field, std::string_view token, std::string_view why) {
  if (!learning_) {
    mismatch_ = true;
    return;
  }
  report(fmt::format("{} line {}: {}{}{}: {} {}", table_->source_->description.path, line_number_,
                     printable(row_name_), row_name_.empty() ? "" : ".", printable(field),
                     in_quotes(token), why));
}

void LineWriter::report(std::string message) {
  if (faults_++ == 0) table_->error_ = std::move(message);
}

}  // namespace tscollect::sources
