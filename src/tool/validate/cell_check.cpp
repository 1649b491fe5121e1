#include "tool/validate/cell_check.hpp"

#include "analysis/counter_rate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace tscollect::tool {

CellCheck::CellCheck(const block::HostSource& description, std::string place,
                     store::Diagnostics& diagnostics)
    : description_(description),
      place_(std::move(place)),
      diagnostics_(diagnostics),
      rows_(description.row_dimension.empty() ? 1 : description.rows.size()) {
  if (description.values.type == ValueType::real) return;
  for (const FieldDescription& field : description.fields)
    counter_of_field_.push_back(
        field.kind == Kind::counter ? static_cast<std::int32_t>(counter_fields_++) : -1);
  counters_.resize(rows_ * counter_fields_);
}

/// The name of a column in error messages and in `uint64_columns`.
std::string CellCheck::column_name(std::size_t row, std::size_t field) const {
  const std::string& name = description_.fields[field].name;
  return description_.row_dimension.empty()
             ? name
             : fmt::format("{}.{}", description_.rows[row].name, name);
}

void CellCheck::check_names() {
  std::set<std::string_view> names;
  for (const FieldDescription& field : description_.fields) {
    if (field.name.empty())
      diagnostics_.error("names", place_ + "_field", "has a field without a name");
    if (!names.insert(field.name).second)
      diagnostics_.error("names", place_ + "_field", fmt::format("has {} twice", field.name));
    if (field.width_bits != 0 && field.width_bits != 32 && field.width_bits != 64)
      diagnostics_.error("attribute", place_ + "_field",
                         fmt::format("has the width_bits {} for {}", field.width_bits, field.name));
  }
  std::set<std::string_view> rows;
  for (const block::HostRow& row : description_.rows)
    if (!rows.insert(row.name).second)
      diagnostics_.error("names", place_, fmt::format("has the device {} twice", row.name));
}

void CellCheck::check_uint64_columns() {
  std::set<std::string> left(description_.uint64_columns.begin(),
                             description_.uint64_columns.end());
  if (left.empty()) return;
  for (std::size_t row = 0; row < rows_; ++row)
    for (std::size_t field = 0; field < description_.fields.size(); ++field)
      left.erase(column_name(row, field));
  for (const std::string& name : left)
    diagnostics_.error("attribute", place_,
                       fmt::format("lists {} in uint64_columns, but has no such column", name));
}

bool CellCheck::is_missing(std::int64_t bits) const {
  if (description_.values.type == ValueType::real) return std::isnan(std::bit_cast<double>(bits));
  return bits == missing_integer;
}

void CellCheck::follow(Counter& counter, std::int64_t sample, std::int64_t now,
                       int width_bits) const {
  if (now == missing_integer) return;
  const std::int64_t before = std::exchange(counter.before, now);
  if (before == missing_integer || block::counter_rise(before, now, width_bits)) return;
  if (++counter.falls > 1) return;
  counter.fall_sample = sample;
  counter.fall_from = before;
  counter.fall_to = now;
}

void CellCheck::take(std::size_t first_sample, const store::CellBlock& cells) {
  const std::size_t per_sample = cells.rows * cells.fields;
  if (per_sample == 0) return;
  const auto missing =
      std::ranges::find_if(cells.values, [this](std::int64_t bits) { return is_missing(bits); });
  if (missing != cells.values.end()) {
    const auto place = static_cast<std::size_t>(missing - cells.values.begin());
    const std::size_t sample = first_sample + place / per_sample;
    first_missing_ = std::min(first_missing_.value_or(sample), sample);
  }
  if (counter_fields_ == 0) return;
  for (std::size_t row = 0; row < cells.rows; ++row)
    for (std::size_t field = 0; field < cells.fields; ++field) {
      const std::int32_t counter = counter_of_field_[cells.first_field + field];
      if (counter < 0) continue;
      Counter& followed =
          counters_[(cells.first_row + row) * counter_fields_ + static_cast<std::size_t>(counter)];
      const int width_bits = description_.fields[cells.first_field + field].width_bits;
      auto sample = static_cast<std::int64_t>(first_sample);
      for (std::size_t at = row * cells.fields + field; at < cells.values.size(); at += per_sample)
        follow(followed, sample++, cells.values[at], width_bits);
    }
}

/// Reports a counter that decreased: its device was replaced, or the host restarted its statistics.
/// Programs that compute differences must know.
void CellCheck::log_falls(const Counter& counter, const std::string& name, bool is_uint64) {
  const auto shown = [is_uint64](std::int64_t bits) {
    return is_uint64 ? std::to_string(static_cast<std::uint64_t>(bits)) : std::to_string(bits);
  };
  std::string what =
      fmt::format("{} falls from {} to {}", name, shown(counter.fall_from), shown(counter.fall_to));
  what +=
      counter.falls == 1 ? ": it was reset" : fmt::format(", and {} times more", counter.falls - 1);
  diagnostics_.add(
      {store::Severity::warning, "counter-reset", place_, counter.fall_sample, std::move(what)});
}

void CellCheck::finish() {
  check_names();
  check_uint64_columns();
  if (first_missing_ && !description_.has_missing)
    diagnostics_.error_at("missing-cell", place_, static_cast<std::int64_t>(*first_missing_),
                          "has a missing cell, and no _FillValue that says so");
  if (!first_missing_ && description_.has_missing)
    diagnostics_.warn("missing-cell", place_, "has a _FillValue, and no cell is missing");
  const std::set<std::string_view> uint64s(description_.uint64_columns.begin(),
                                           description_.uint64_columns.end());
  for (std::size_t row = 0; row < rows_ && counter_fields_ > 0; ++row)
    for (std::size_t field = 0; field < counter_of_field_.size(); ++field) {
      if (counter_of_field_[field] < 0) continue;
      const Counter& counter =
          counters_[row * counter_fields_ + static_cast<std::size_t>(counter_of_field_[field])];
      if (counter.falls == 0) continue;
      const std::string name = column_name(row, field);
      log_falls(counter, name, uint64s.contains(name));
    }
}

}  // namespace tscollect::tool
