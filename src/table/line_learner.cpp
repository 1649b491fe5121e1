// Learning: handles a line that is new or has a new layout. Looks up names and describes errors.
#include "table/line_writer.hpp"

#include "procfs/scan.hpp"
#include "base/text/printable.hpp"

#include <fmt/format.h>

#include <bit>

namespace tscollect::table {

namespace {

// Longest name accepted. The kernel's are shorter: interfaces up to 15 bytes, disks 31, keys < 40.
constexpr std::size_t longest_name_bytes = 255;
constexpr std::string_view name_too_long = "has a name longer than 255 bytes";

std::string_view describe(procfs::IntegerFault error) {
  switch (error) {
    case procfs::IntegerFault::too_large: return "does not fit 64 bits";
    case procfs::IntegerFault::reserved: return "cannot be stored: its bits mean 'missing'";
    case procfs::IntegerFault::not_an_integer:
    case procfs::IntegerFault::none: break;
  }
  return "is not an integer";
}

}  // namespace

void LineWriter::parse_new_line(std::size_t number) {
  line_number_ = number + 1;
  row_ = 0;
  row_name_ = {};
  row_attributes_ = nullptr;
}

bool LineWriter::add_row(std::string_view name, const std::int64_t* attributes) {
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

void LineWriter::parse_new_integer(std::size_t field, std::string_view token) {
  const procfs::ScannedInteger scanned = procfs::scan_integer(token);
  if (scanned.error != procfs::IntegerFault::none)
    return report(table_->source_->fields[field].name, token, describe(scanned.error));
  store(add_column(table_->find_or_add_declared(field)), scanned.bits, scanned.beyond_int64);
}

void LineWriter::parse_new_integer(std::string_view field, std::string_view token,
                                   std::string_view suffix) {
  if (field.size() > longest_name_bytes) return malformed(name_too_long);
  const procfs::ScannedInteger scanned = procfs::scan_integer(token);
  if (scanned.error != procfs::IntegerFault::none)
    return report(field, token, describe(scanned.error));
  store(add_column(table_->find_or_add_field(field, suffix)), scanned.bits, scanned.beyond_int64);
}

void LineWriter::parse_new_real(std::size_t field, std::string_view token) {
  double value = 0;
  if (!procfs::scan_real(token, value))
    return report(table_->source_->fields[field].name, token, "is not a number");
  store(add_column(table_->find_or_add_declared(field)), std::bit_cast<std::int64_t>(value), false);
}

// A row is created with its first value: a line without values adds nothing to the table.
std::uint32_t LineWriter::add_column(std::uint32_t field) {
  if (row_ == unassigned) row_ = table_->find_or_add_row(row_name_, row_attributes_);
  const std::uint32_t column = table_->find_or_add_column(row_, field);
  repeated_ = repeated_ || table_->values_[column] != missing_integer;
  table_->cells_.push_back({column, field});
  return column;
}

bool LineWriter::note_beyond_int64(std::uint32_t column) {
  if (table_->columns_[column].beyond_int64) return false;
  table_->columns_[column].beyond_int64 = true;
  ++table_->layout_version_;
  return true;
}

void LineWriter::malformed(std::string_view why) {
  if (!parsing_new_) {
    mismatch_ = true;
    return;
  }
  report(fmt::format("{}: {}{}{}", place(), base::printable(row_name_),
                     row_name_.empty() ? "" : " ", why));
}

void LineWriter::report(std::string_view field, std::string_view token, std::string_view why) {
  report(fmt::format("{}: {}{}{}: {} {}", place(), base::printable(row_name_),
                     row_name_.empty() ? "" : ".", base::printable(field), base::in_quotes(token),
                     why));
}

// A line of a text that was put together has its file's prefix for a place, not its number.
std::string LineWriter::place() const {
  const Source& source = *table_->source_;
  return source.find_files == nullptr && source.rearrange == nullptr
             ? fmt::format("{} line {}", source.description.path, line_number_)
             : std::string(source.description.path);
}

void LineWriter::report(std::string message) {
  if (errors_++ == 0) table_->error_ = std::move(message);
}

}  // namespace tscollect::table
