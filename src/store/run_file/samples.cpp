#include "sampling/samples.hpp"

#include "store/run_file/run_file_reader.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace tscollect::store {

namespace {

constexpr double beyond_int64 = 0x1p63;

bool is_whole(double real) {
  return real >= -beyond_int64 && real < beyond_int64 && real == std::trunc(real);
}

/// One source, prepared for reading sample by sample.
class SourceCells {
 public:
  explicit SourceCells(const ReadSource& source)
      : source_(source),
        is_real_(source.description.values.type == ValueType::real),
        fields_(source.description.fields),
        rows_(is_flat() ? std::vector<block::HostRow>(1) : source.description.rows) {
    const std::vector<std::string>& names = source.description.uint64_columns;
    const std::set<std::string_view> uint64s(names.begin(), names.end());
    for (std::uint32_t row = 0; row < rows_.size(); ++row)
      for (std::uint32_t field = 0; field < fields_.size(); ++field) {
        const std::string column =
            is_flat() ? fields_[field].name : rows_[row].name + "." + fields_[field].name;
        columns_.push_back({row, field, uint64s.contains(column)});
      }
    cells_.resize(columns_.size());
    if (is_real_) find_decimals();
  }

  /// The cells of one sample, valid until the next call; nothing if all are missing. `error`: the
  /// source's error in this sample.
  [[nodiscard]] std::optional<sampling::SourceView> at(std::size_t sample, std::string_view error) {
    const auto cells = std::span(source_.values).subspan(sample * cells_.size(), cells_.size());
    for (std::size_t i = 0; i < cells_.size(); ++i)
      cells_[i] =
          is_real_ ? from_real(std::bit_cast<double>(cells[i]), columns_[i].field) : cells[i];
    const auto is_there = [](std::int64_t bits) { return bits != missing_integer; };
    if (std::ranges::none_of(cells_, is_there)) return std::nullopt;
    return sampling::SourceView{
        source_.description.name, is_flat(), fields_, rows_, columns_, cells_, {}, error};
  }

 private:
  [[nodiscard]] bool is_flat() const { return source_.description.row_dimension.empty(); }

  /// All fields of an array have the same type. Fields that the kernel prints as integers become
  /// integers again, unless the file holds a decimal.
  void find_decimals() {
    for (std::size_t i = 0; i < source_.values.size(); ++i) {
      const auto real = std::bit_cast<double>(source_.values[i]);
      if (!std::isnan(real) && !is_whole(real)) fields_[i % fields_.size()].type = ValueType::real;
    }
  }

  [[nodiscard]] std::int64_t from_real(double real, std::size_t field) const {
    if (std::isnan(real)) return missing_integer;
    if (fields_[field].type == ValueType::integer) return static_cast<std::int64_t>(real);
    return std::bit_cast<std::int64_t>(real + 0.0);  // the bits of -0 mean a missing cell
  }

  const ReadSource& source_;
  bool is_real_;
  std::vector<FieldDescription> fields_;
  std::vector<block::HostRow> rows_;
  std::vector<table::TableColumn> columns_;
  std::vector<std::int64_t> cells_;
};

using Errors = std::vector<const block::HostError*>;

/// The errors of each sample, by its index in the host's arrays.
std::vector<Errors> errors_by_row(const ReadHost& host) {
  std::vector<Errors> by_row(host.time_ns.size());
  const auto begin = static_cast<std::int64_t>(host.first_row);
  const auto end = begin + static_cast<std::int64_t>(by_row.size());
  for (const block::HostError& error : host.errors) {
    const std::int64_t last = std::min(error.last_row, end - 1);
    for (std::int64_t row = std::max(error.first_row, begin); row <= last; ++row)
      by_row[static_cast<std::size_t>(row - begin)].push_back(&error);
  }
  return by_row;
}

std::string_view error_of(const Errors& errors, std::string_view source) {
  const auto found = std::ranges::find(errors, source, &block::HostError::source);
  return found == errors.end() ? std::string_view() : (*found)->message;
}

}  // namespace

void for_each_sample(const ReadHost& host,
                     const std::function<void(TimeSeriesSample&& sample)>& visit) {
  std::vector<SourceCells> sources(host.sources.begin(), host.sources.end());
  const std::vector<Errors> errors = errors_by_row(host);
  for (std::size_t i = 0; i < host.time_ns.size(); ++i) {
    TimeSeriesSample sample = sampling::empty_sample(host.time_ns[i], host.summary.name);
    for (std::size_t j = 0; j < sources.size(); ++j)
      if (const auto view = sources[j].at(i, error_of(errors[i], host.sources[j].description.name)))
        sampling::add_source(*view, sample);
    for (const block::HostError* error : errors[i])
      sampling::add_error(error->source, error->message, sample);
    visit(std::move(sample));
  }
}

TimeSeriesData head_of(const block::RunInfo& run) {
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
