#include "sampling/samples.hpp"

#include "store/run_file/run_file_reader.hpp"

#include <tscollect/time.hpp>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <set>
#include <string>
#include <utility>

namespace tscollect::store {

namespace {

/// How the cells of one column become values.
struct ColumnReading {
  const std::string* name = nullptr;
  ValueType array_type = ValueType::integer;
  ValueType field_type = ValueType::integer;
  bool is_uint64 = false;
};

bool is_missing(std::int64_t bits, ValueType array_type) {
  if (array_type == ValueType::integer) return bits == missing_integer;
  return std::isnan(std::bit_cast<double>(bits));
}

Value value_of(std::int64_t bits, const ColumnReading& column) {
  if (column.array_type == ValueType::integer)
    return record::value_from_bits(bits, ValueType::integer, column.is_uint64);
  const auto real = std::bit_cast<double>(bits);
  constexpr double beyond_int64 = 0x1p63;
  const bool fits = real >= -beyond_int64 && real < beyond_int64 && real == std::trunc(real);
  // The kernel printed an integer beside decimals, and the array has one type for all.
  if (column.field_type == ValueType::integer && fits) return static_cast<std::int64_t>(real);
  return real;
}

/// One source, ready to be read sample by sample.
class SourceReading {
 public:
  explicit SourceReading(const ReadSource& source)
      : source_(source), rows_(is_flat() ? 1 : source.description.rows.size()) {
    const record::HostSource& description = source.description;
    const std::set<std::string> uint64s(description.uint64_columns.begin(),
                                        description.uint64_columns.end());
    for (std::size_t row = 0; row < rows_; ++row)
      for (const FieldDescription& field : description.fields) {
        const std::string column =
            is_flat() ? field.name : description.rows[row].name + "." + field.name;
        columns_.push_back(
            {&field.name, description.values.type, field.type, uint64s.contains(column)});
      }
  }

  void add_to(TimeSeriesSample& sample, std::size_t index) const {
    std::vector<DeviceFields> rows;
    for (std::size_t row = 0; row < rows_; ++row) {
      Fields fields = fields_of(index, row);
      if (fields.empty()) continue;
      rows.push_back(
          {is_flat() ? std::string() : source_.description.rows[row].name, std::move(fields)});
    }
    if (rows.empty()) return;
    SourceValues values;
    if (is_flat()) {
      values = std::move(rows.front().fields);
    } else {
      values = std::move(rows);
    }
    sample.sources.emplace(source_.description.name, std::move(values));
  }

 private:
  [[nodiscard]] bool is_flat() const { return source_.description.row_dimension.empty(); }

  [[nodiscard]] Fields fields_of(std::size_t index, std::size_t row) const {
    const std::size_t count = source_.description.fields.size();
    const std::int64_t* cells = source_.values.data() + (index * rows_ + row) * count;
    Fields fields;
    for (std::size_t i = 0; i < count; ++i) {
      const ColumnReading& column = columns_[row * count + i];
      if (!is_missing(cells[i], column.array_type))
        fields.emplace_back(*column.name, value_of(cells[i], column));
    }
    return fields;
  }

  const ReadSource& source_;
  std::size_t rows_;
  std::vector<ColumnReading> columns_;
};

/// The errors of each sample, by its place in the host's arrays.
std::vector<std::vector<const record::HostError*>> errors_by_row(const ReadHost& host) {
  std::vector<std::vector<const record::HostError*>> by_row(host.time_ns.size());
  const auto begin = static_cast<std::int64_t>(host.first_row);
  const auto end = begin + static_cast<std::int64_t>(by_row.size());
  for (const record::HostError& error : host.errors) {
    const std::int64_t last = std::min(error.last_row, end - 1);
    for (std::int64_t row = std::max(error.first_row, begin); row <= last; ++row)
      by_row[static_cast<std::size_t>(row - begin)].push_back(&error);
  }
  return by_row;
}

}  // namespace

void for_each_sample(const ReadHost& host,
                     const std::function<void(TimeSeriesSample&& sample)>& visit) {
  const std::vector<SourceReading> sources(host.sources.begin(), host.sources.end());
  const auto errors = errors_by_row(host);
  for (std::size_t i = 0; i < host.time_ns.size(); ++i) {
    TimeSeriesSample sample;
    sample.timestamp = format_timestamp(WallTime(std::chrono::nanoseconds(host.time_ns[i])));
    sample.hostname = host.summary.name;
    for (const SourceReading& source : sources) source.add_to(sample, i);
    if (!errors[i].empty()) sample.errors.emplace();
    for (const record::HostError* error : errors[i])
      sample.errors->emplace(error->source, error->message);
    visit(std::move(sample));
  }
}

std::vector<TimeSeriesSample> samples_of(const ReadHost& host) {
  std::vector<TimeSeriesSample> samples;
  samples.reserve(host.time_ns.size());
  for_each_sample(host, [&](TimeSeriesSample&& sample) { samples.push_back(std::move(sample)); });
  return samples;
}

TimeSeriesData head_of(const record::RunInfo& run) {
  return {.collection_interval_seconds = run.collection_interval_seconds,
          .start_time = run.start_time,
          .end_time = run.end_time,
          .num_samples = run.num_samples,
          .samples_by_host = {},
          .collection_method = run.collection_method,
          .hosts_requested = run.hosts_requested,
          .hosts_collected = run.hosts_collected};
}

}  // namespace tscollect::store
