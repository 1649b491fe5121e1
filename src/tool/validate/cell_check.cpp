#include "tool/validate/cell_check.hpp"

#include "analysis/counter_rate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>

namespace tscollect::tool {

namespace {

bool is_counter(const FieldDescription& field) { return field.kind == Kind::counter; }

}  // namespace

CellCheck::CellCheck(const block::HostSource& source, std::string place,
                     store::Diagnostics& diagnostics)
    : source_(source),
      place_(std::move(place)),
      diagnostics_(diagnostics),
      columns_((source.row_dimension.empty() ? 1 : source.rows.size()) * source.fields.size()) {
  if (source.values.type == ValueType::integer && std::ranges::any_of(source.fields, is_counter))
    counters_.resize(columns_);
}

/// The name of a column in error messages and in `uint64_columns`.
std::string CellCheck::column_name(std::size_t column) const {
  const std::size_t row = column / source_.fields.size();
  const std::string& name = source_.fields[column % source_.fields.size()].name;
  return source_.row_dimension.empty() ? name : fmt::format("{}.{}", source_.rows[row].name, name);
}

bool CellCheck::is_missing(std::int64_t bits) const {
  if (source_.values.type == ValueType::real) return std::isnan(std::bit_cast<double>(bits));
  return bits == missing_integer;
}

void CellCheck::Counter::take(std::int64_t now, std::int64_t sample, int width_bits) {
  if (now == missing_integer) return;
  const std::int64_t last = std::exchange(before, now);
  if (last == missing_integer || block::counter_rise(last, now, width_bits)) return;
  if (++falls > 1) return;
  fall_sample = sample;
  fall_from = last;
  fall_to = now;
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
  if (counters_.empty()) return;
  for (std::size_t row = 0; row < cells.rows; ++row)
    for (std::size_t i = 0; i < cells.fields; ++i) {
      const std::size_t index = cells.first_field + i;
      const FieldDescription& field = source_.fields[index];
      if (!is_counter(field)) continue;
      Counter& counter = counters_[(cells.first_row + row) * source_.fields.size() + index];
      auto sample = static_cast<std::int64_t>(first_sample);
      for (std::size_t at = row * cells.fields + i; at < cells.values.size(); at += per_sample)
        counter.take(cells.values[at], sample++, field.width_bits);
    }
}

void CellCheck::check_names() const {
  std::set<std::string_view> fields;
  for (const FieldDescription& field : source_.fields) {
    if (field.name.empty())
      diagnostics_.error("names", place_ + "_field", "has a field without a name");
    if (!fields.insert(field.name).second)
      diagnostics_.error("names", place_ + "_field", "has {} twice", field.name);
    if (field.width_bits != 0 && field.width_bits != 32 && field.width_bits != 64)
      diagnostics_.error("attribute", place_ + "_field", "has the width_bits {} for {}",
                         field.width_bits, field.name);
  }
  std::set<std::string_view> rows;
  for (const block::HostRow& row : source_.rows)
    if (!rows.insert(row.name).second)
      diagnostics_.error("names", place_, "has the device {} twice", row.name);
  std::set<std::string> uint64s(source_.uint64_columns.begin(), source_.uint64_columns.end());
  for (std::size_t column = 0; column < columns_ && !uint64s.empty(); ++column)
    uint64s.erase(column_name(column));
  for (const std::string& name : uint64s)
    diagnostics_.error("attribute", place_, "lists {} in uint64_columns, but has no such column",
                       name);
}

void CellCheck::check_missing() const {
  if (first_missing_ && !source_.has_missing)
    diagnostics_.error_at("missing-cell", place_, static_cast<std::int64_t>(*first_missing_),
                          "has a missing cell, and no _FillValue that says so");
  if (!first_missing_ && source_.has_missing)
    diagnostics_.warn("missing-cell", place_, std::nullopt,
                      "has a _FillValue, and no cell is missing");
}

/// Reports counters that decreased: the device was replaced, or the host restarted its statistics.
/// Programs that compute differences must know.
void CellCheck::report_falls() const {
  const std::set<std::string_view> uint64s(source_.uint64_columns.begin(),
                                           source_.uint64_columns.end());
  for (std::size_t column = 0; column < counters_.size(); ++column) {
    const Counter& counter = counters_[column];
    if (counter.falls == 0) continue;
    const std::string name = column_name(column);
    const auto shown = [is_uint64 = uint64s.contains(name)](std::int64_t bits) {
      return is_uint64 ? std::to_string(static_cast<std::uint64_t>(bits)) : std::to_string(bits);
    };
    diagnostics_.warn("counter-reset", place_, counter.fall_sample, "{} falls from {} to {}{}",
                      name, shown(counter.fall_from), shown(counter.fall_to),
                      counter.falls == 1 ? std::string(": it was reset")
                                         : fmt::format(", and {} times more", counter.falls - 1));
  }
}

void CellCheck::finish() {
  check_names();
  check_missing();
  report_falls();
}

}  // namespace tscollect::tool
