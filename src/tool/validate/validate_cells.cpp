// The cells of one source of one host: names that stand once, missing cells that are declared, and
// counters that do not fall.
#include "analysis/counter_rate.hpp"
#include "tool/validate/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>
#include <string>

namespace tscollect::app {

namespace {

using store::Findings;

/// A column as an error message names it, and as `uint64_columns` does.
std::string column_name(const store::ReadSource& source, std::size_t row, std::size_t field) {
  const record::HostSource& description = source.description;
  const std::string& name = description.fields[field].name;
  return description.row_dimension.empty() ? name
                                           : fmt::format("{}.{}", description.rows[row].name, name);
}

void check_names(const store::ReadSource& source, const std::string& place, Findings& findings) {
  std::set<std::string> names;
  for (const FieldDescription& field : source.description.fields) {
    if (field.name.empty()) findings.error("names", place + "_field", "has a field without a name");
    if (!names.insert(field.name).second)
      findings.error("names", place + "_field", fmt::format("has {} twice", field.name));
    if (field.width_bits != 0 && field.width_bits != 32 && field.width_bits != 64)
      findings.error("attribute", place + "_field",
                     fmt::format("has the width_bits {} for {}", field.width_bits, field.name));
  }
  std::set<std::string> rows;
  for (const record::HostRow& row : source.description.rows)
    if (!rows.insert(row.name).second)
      findings.error("names", place, fmt::format("has the device {} twice", row.name));
}

void check_uint64_columns(const store::ReadSource& source, const SourceCells& cells,
                          const std::string& place, Findings& findings) {
  if (source.description.uint64_columns.empty()) return;
  std::set<std::string> names;
  for (std::size_t row = 0; row < cells.rows(); ++row)
    for (std::size_t field = 0; field < source.description.fields.size(); ++field)
      names.insert(column_name(source, row, field));
  for (const std::string& name : source.description.uint64_columns)
    if (!names.contains(name))
      findings.error("attribute", place,
                     fmt::format("names {} among its uint64_columns, which is no column", name));
}

/// A counter that falls was reset: its device was made anew, or the host restarted its statistics.
/// A reader that takes differences has to know.
void check_counter(const store::ReadSource& source, const SourceCells& cells, std::size_t row,
                   std::size_t field, const std::string& place, Findings& findings) {
  const FieldDescription& described = cells.field(field);
  const std::string name = column_name(source, row, field);
  const auto& uint64s = source.description.uint64_columns;
  const bool is_uint64 = std::ranges::find(uint64s, name) != uint64s.end();
  const auto shown = [is_uint64](std::int64_t bits) {
    return is_uint64 ? std::to_string(static_cast<std::uint64_t>(bits)) : std::to_string(bits);
  };
  std::size_t falls = 0;
  store::Finding first{store::Severity::warning, "counter-reset", place, std::nullopt, {}};
  std::int64_t before = missing_integer;
  for (std::size_t sample = 0; sample < cells.samples(); ++sample) {
    const std::int64_t now = cells.bits(sample, row, field);
    if (now == missing_integer) continue;
    const bool fell = before != missing_integer && !counter_rise(before, now, described.width_bits);
    if (fell && ++falls == 1) {
      first.row = static_cast<std::int64_t>(sample);
      first.what = fmt::format("{} falls from {} to {}", name, shown(before), shown(now));
    }
    before = now;
  }
  if (falls == 0) return;
  first.what += falls == 1 ? ": it was reset" : fmt::format(", and {} times more", falls - 1);
  findings.add(std::move(first));
}

bool is_missing(const store::ReadSource& source, std::int64_t bits) {
  if (source.description.values.type == ValueType::real)
    return std::isnan(std::bit_cast<double>(bits));
  return bits == missing_integer;
}

void check_missing(const store::ReadSource& source, const std::string& place, Findings& findings) {
  const auto missing = std::ranges::find_if(
      source.values, [&](std::int64_t bits) { return is_missing(source, bits); });
  const bool some = missing != source.values.end();
  if (some && !source.description.has_missing) {
    const auto per_sample = source.values.size() / source.description.values.shape.front();
    findings.error_at("missing-cell", place,
                      (missing - source.values.begin()) / static_cast<std::ptrdiff_t>(per_sample),
                      "has a missing cell, and no _FillValue that says so");
  }
  if (!some && source.description.has_missing)
    findings.warn("missing-cell", place, "has a _FillValue, and no cell is missing");
}

}  // namespace

void check_cells(const store::ReadSource& source, const std::string& place, Findings& findings) {
  const SourceCells cells(source);
  check_names(source, place, findings);
  check_uint64_columns(source, cells, place, findings);
  check_missing(source, place, findings);
  if (source.description.values.type == ValueType::real) return;
  for (std::size_t row = 0; row < cells.rows(); ++row)
    for (std::size_t field = 0; field < source.description.fields.size(); ++field)
      if (cells.field(field).kind == Kind::counter)
        check_counter(source, cells, row, field, place, findings);
}

}  // namespace tscollect::app
