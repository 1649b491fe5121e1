#include "table/table.hpp"

#include "table/line_writer.hpp"
#include "base/text/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

namespace tscollect::table {

namespace {

// Length of the common prefix of two texts; compares eight bytes at a time.
[[gnu::hot]] std::size_t common_prefix(std::string_view one, std::string_view other) noexcept {
  const std::size_t size = std::min(one.size(), other.size());
  std::size_t at = 0;
  for (; at + sizeof(std::uint64_t) <= size; at += sizeof(std::uint64_t)) {
    std::uint64_t left = 0;
    std::uint64_t right = 0;
    std::memcpy(&left, one.data() + at, sizeof left);
    std::memcpy(&right, other.data() + at, sizeof right);
    if (left != right) break;
  }
  while (at < size && one[at] == other[at]) ++at;
  return at;
}

/// Finds an earlier name of other bytes that prints alike: the file could not distinguish the two.
std::optional<std::uint32_t> find_alike(NameIndex& index, std::string_view name,
                                        const std::string& clean) {
  const auto found = index.find(clean);
  if (found) index.add(name, *found);
  return found;
}

}  // namespace

Table::Table(const Source& source, DeviceFilter filter)
    : source_(&source), declared_(source.fields.size(), unassigned), filter_(std::move(filter)) {
  if (source.description.row_dimension.empty()) find_or_add_row({}, nullptr);
}

[[gnu::hot]] void Table::update(const procfs::TextBuffer& text) {
  touched_.clear();
  const bool in_place = parsed_new_ && update_in_place(text.view());
  if (!in_place) parse_new(text.view());
  if (!in_place || moved_) previous_.assign(text.view());
}

void Table::clear_values() {
  forget_values();
  error_.clear();
  parsed_new_ = false;
}

/// Clears only the values of the last text, so that the cost does not grow with the devices that
/// have left.
void Table::forget_values() {
  touched_.clear();
  for (const Cell& cell : cells_) values_[cell.column] = missing_integer;
  touch_cells();
  cells_.clear();
  lines_.clear();
  for (const std::uint32_t column : touched_) is_touched_[column] = false;
}

/// Marks the cells that are not yet marked.
void Table::touch_cells() {
  is_touched_.resize(columns_.size());
  for (const Cell& cell : cells_) {
    if (is_touched_[cell.column]) continue;
    is_touched_[cell.column] = true;
    touched_.push_back(cell.column);
  }
}

// Unchanged lines are skipped in one comparison up to the first byte that differs. Changed lines
// are copied one by one into the previous text, as long as none has another length.
[[gnu::hot]] bool Table::update_in_place(std::string_view text) {
  std::string_view before = previous_.view();
  const char* const begin = text.data();
  moved_ = false;
  LineWriter writer(*this, false);
  const std::size_t line_count = lines_.size() - 1;
  for (std::size_t number = 0; number < line_count; ++number) {
    std::size_t same = common_prefix(text, before);
    std::size_t passed = 0;
    while (number < line_count && lines_[number].length <= same - passed)
      passed += lines_[number++].length;
    text.remove_prefix(passed);
    before.remove_prefix(passed);
    if (number == line_count) break;
    same -= passed;
    const std::size_t end = text.find('\n', same);
    if (end == std::string_view::npos) return false;
    writer.parse_known_line(number, text.substr(0, end), same);
    source_->parse_line(text.substr(0, end), writer);
    if (writer.mismatch_ || writer.cell_ != writer.cells_end_) return false;
    moved_ = moved_ || lines_[number].length != end + 1;
    if (!moved_)
      previous_.overwrite(static_cast<std::size_t>(text.data() - begin) + same,
                          text.substr(same, end - same));
    before.remove_prefix(lines_[number].length);
    text.remove_prefix(end + 1);
    lines_[number].length = static_cast<std::uint32_t>(end + 1);
  }
  return text.empty();
}

void Table::parse_new(std::string_view text) {
  forget_values();
  error_.clear();
  LineWriter writer(*this, true);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t newline = text.find('\n', at);
    const std::size_t end = newline == std::string_view::npos ? text.size() : newline;
    const std::size_t next = newline == std::string_view::npos ? end : end + 1;
    writer.parse_new_line(lines_.size());
    lines_.push_back(
        {static_cast<std::uint32_t>(next - at), static_cast<std::uint32_t>(cells_.size())});
    source_->parse_line(text.substr(at, end - at), writer);
    at = next;
  }
  lines_.push_back({0, static_cast<std::uint32_t>(cells_.size())});
  // A machine may have no block device, but the text of a flat source is never empty.
  if (text.empty() && source_->description.row_dimension.empty())
    writer.report(fmt::format("{}: the file is empty", source_->description.path));
  if (writer.errors_ > 1) error_ += fmt::format(" (and {} more)", writer.errors_ - 1);
  // A text with errors is learned again each time, so that each sample reports them.
  parsed_new_ = writer.errors_ == 0 && !writer.repeated_;
  for (const std::uint32_t column : touched_) is_touched_[column] = true;
  touch_cells();
  for (const std::uint32_t column : touched_) is_touched_[column] = false;
}

bool Table::keeps(std::string_view row_name) {
  if (row_index_.find(row_name)) return true;
  if (excluded_index_.find(row_name)) return false;
  if (filter_.keeps(row_name)) return true;
  excluded_index_.add(row_name, static_cast<std::uint32_t>(excluded_.size()));
  excluded_.push_back(base::printable(row_name));
  return false;
}

std::uint32_t Table::find_or_add_row(std::string_view name, const std::int64_t* attributes) {
  if (const auto found = row_index_.find(name)) return *found;
  std::string clean = base::printable(name);
  if (const auto found = find_alike(row_index_, name, clean)) return *found;
  const auto position = static_cast<std::uint32_t>(rows_.size());
  row_index_.add(clean, position);
  row_index_.add(name, position);
  Row row{std::move(clean), {}, {}};
  for (std::size_t i = 0; i < source_->row_attributes.size(); ++i)
    row.attributes.push_back(attributes != nullptr ? attributes[i] : missing_integer);
  rows_.push_back(std::move(row));
  column_of_.emplace_back();
  ++layout_version_;
  return position;
}

void Table::describe_row(std::size_t row, const DeviceFacts& facts) {
  Row& described = rows_[row];
  described.attributes.resize(source_->row_attributes.size());
  described.attributes.insert(described.attributes.end(), facts.numbers.begin(),
                              facts.numbers.end());
  described.texts = facts.texts;
  ++layout_version_;
}

std::uint32_t Table::find_or_add_declared(std::size_t field) {
  if (declared_[field] == unassigned) {
    declared_[field] = static_cast<std::uint32_t>(fields_.size());
    fields_.push_back(source_->fields[field]);
    field_index_.add(fields_.back().name, declared_[field]);
    ++layout_version_;
  }
  return declared_[field];
}

std::uint32_t Table::find_or_add_field(std::string_view name, std::string_view suffix) {
  if (const auto found = field_index_.find(name)) return *found;
  const std::string clean = base::printable(name);
  if (const auto found = find_alike(field_index_, name, clean)) return *found;
  const auto position = static_cast<std::uint32_t>(fields_.size());
  fields_.push_back(source_->describe_field(clean, suffix, fields_));
  field_index_.add(clean, position);
  field_index_.add(name, position);
  ++layout_version_;
  return position;
}

std::uint32_t Table::find_or_add_column(std::uint32_t row, std::uint32_t field) {
  auto& columns = column_of_[row];
  if (columns.size() <= field) columns.resize(fields_.size(), unassigned);
  if (columns[field] == unassigned) {
    columns[field] = static_cast<std::uint32_t>(columns_.size());
    columns_.push_back({row, field, false});
    values_.push_back(missing_integer);
    ++layout_version_;
  }
  return columns[field];
}

}  // namespace tscollect::table
