#include "sources/table.hpp"

#include <fmt/format.h>

#include <bit>

namespace tscollect::sources {

namespace {

constexpr std::uint32_t no_column = 0xffffffff;
constexpr std::size_t longest_quote = 40;

/// The offending text as it can stand in a message, whatever bytes the kernel printed.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text.substr(0, longest_quote)) {
    if (c >= ' ' && c <= '~') {
      out += c;
    } else {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out + (text.size() > longest_quote ? "…'" : "'");
}

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

void LineWriter::start_line(std::size_t number, std::size_t first_cell, std::size_t cells) {
  line_number_ = number + 1;
  cell_ = first_cell;
  cells_end_ = first_cell + cells;
  row_ = 0;
}

bool LineWriter::row(std::string_view name, const std::int64_t* attributes) {
  if (!learning_) {
    if (cell_ == cells_end_) {
      mismatch_ = mismatch_ || !table_->excluded_index_.find(name);
      return false;
    }
    row_ = table_->columns_[table_->cells_[cell_]].row;
    if (table_->rows_[row_].name != name) mismatch_ = true;
    return !mismatch_;
  }
  if (table_->excluded_index_.find(name)) return false;
  if (!table_->row_index_.find(name) && !table_->filter_.keeps(name)) {
    table_->excluded_index_.add(name, static_cast<std::uint32_t>(table_->excluded_.size()));
    table_->excluded_.emplace_back(name);
    return false;
  }
  row_ = table_->find_or_add_row(name, attributes);
  return true;
}

std::uint32_t LineWriter::column_for(std::size_t field) {
  if (learning_) return table_->find_or_add_column(row_, table_->find_or_add_declared(field));
  if (cell_ < cells_end_) {
    const std::uint32_t column = table_->cells_[cell_++];
    if (table_->columns_[column].field == table_->declared_[field]) return column;
  }
  mismatch_ = true;
  return no_column;
}

std::uint32_t LineWriter::column_for(std::string_view field, std::string_view suffix) {
  if (learning_) return table_->find_or_add_column(row_, table_->find_or_add_field(field, suffix));
  if (cell_ < cells_end_) {
    const std::uint32_t column = table_->cells_[cell_++];
    if (table_->fields_[table_->columns_[column].field].name == field) return column;
  }
  mismatch_ = true;
  return no_column;
}

void LineWriter::integer(std::size_t field, std::string_view token) {
  store_integer(column_for(field), token);
}

void LineWriter::integer(std::string_view field, std::string_view token, std::string_view suffix) {
  store_integer(column_for(field, suffix), token);
}

void LineWriter::real(std::size_t field, std::string_view token) {
  const std::uint32_t column = column_for(field);
  if (column == no_column) return;
  double value = 0;
  if (!procfs::scan_real(token, value)) return report(column, token, "is not a number");
  store(column, std::bit_cast<std::int64_t>(value));
}

void LineWriter::store_integer(std::uint32_t column, std::string_view token) {
  if (column == no_column) return;
  const procfs::ScannedInteger scanned = procfs::scan_integer(token);
  if (scanned.fault != procfs::IntegerFault::none)
    return report(column, token, describe(scanned.fault));
  if (scanned.beyond_int64) table_->columns_[column].beyond_int64 = true;
  store(column, scanned.bits);
}

void LineWriter::store(std::uint32_t column, std::int64_t bits) {
  if (learning_) {
    table_->cells_.push_back(column);
    table_->values_[column] = bits;
  } else if (table_->values_[column] != bits) {
    table_->values_[column] = bits;
    table_->touched_.push_back(column);
  }
}

void LineWriter::malformed(std::string_view why) {
  if (!learning_) {
    mismatch_ = true;
    return;
  }
  report(fmt::format("{} line {}: {}", table_->source_->description.path, line_number_, why));
}

void LineWriter::report(std::uint32_t column, std::string_view token, std::string_view why) {
  if (!learning_) {
    mismatch_ = true;
    return;
  }
  const Column& at = table_->columns_[column];
  const std::string& row = table_->rows_[at.row].name;
  report(fmt::format("{} line {}: {}{}{}: {} {}", table_->source_->description.path, line_number_,
                     row, row.empty() ? "" : ".", table_->fields_[at.field].name, quoted(token),
                     why));
}

void LineWriter::report(std::string message) {
  if (faults_++ == 0) table_->error_ = std::move(message);
}

}  // namespace tscollect::sources
