#include "analysis/counter_rate.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace tscollect::app {

SourceCells::SourceCells(const store::ReadSource& source)
    : source_(&source),
      rows_(source.description.row_dimension.empty() ? 1 : source.description.rows.size()) {
  const std::size_t cells = rows_ * source.description.fields.size();
  if (cells > 0) samples_ = source.values.size() / cells;
}

std::optional<std::size_t> SourceCells::find_field(std::string_view name) const {
  const auto& fields = source_->description.fields;
  const auto found = std::ranges::find(fields, name, &FieldDescription::name);
  if (found == fields.end()) return std::nullopt;
  return static_cast<std::size_t>(found - fields.begin());
}

const FieldDescription& SourceCells::field(std::size_t index) const {
  return source_->description.fields[index];
}

std::int64_t SourceCells::bits(std::size_t sample, std::size_t row, std::size_t field) const {
  return source_->values[(sample * rows_ + row) * source_->description.fields.size() + field];
}

std::optional<double> SourceCells::number(std::size_t sample, std::size_t row,
                                          std::size_t field) const {
  const std::int64_t cell = bits(sample, row, field);
  if (source_->description.values.type == ValueType::real) {
    const auto real = std::bit_cast<double>(cell);
    if (!std::isfinite(real)) return std::nullopt;
    return real;
  }
  if (cell == missing_integer) return std::nullopt;
  return static_cast<double>(cell);
}

Intervals intervals_of(const store::ReadHost& host, double interval_seconds) {
  constexpr double ns_per_second = 1e9;
  // The last sample, taken at stop, may follow the one before at once.
  Intervals intervals{std::vector<double>(host.tick.size(), 0.0), interval_seconds / 2};
  for (std::size_t i = 1; i < intervals.seconds.size(); ++i) {
    const double ticks = static_cast<double>(host.tick[i]) - static_cast<double>(host.tick[i - 1]);
    const double lateness =
        static_cast<double>(host.lateness_ns[i]) - static_cast<double>(host.lateness_ns[i - 1]);
    intervals.seconds[i] = std::max(0.0, ticks * interval_seconds + lateness / ns_per_second);
  }
  return intervals;
}

Rate rate_of(const SourceCells& cells, std::size_t row, std::size_t field,
             const Intervals& intervals, double limit) {
  const int width_bits = cells.field(field).width_bits;
  double sum = 0;
  double covered = 0;
  Rate rate;
  for (std::size_t i = 1; i < std::min(intervals.seconds.size(), cells.samples()); ++i) {
    const double seconds = intervals.seconds[i];
    const std::int64_t before = cells.bits(i - 1, row, field);
    const std::int64_t after = cells.bits(i, row, field);
    if (before == missing_integer || after == missing_integer || seconds <= 0) continue;
    const auto rise = counter_rise(before, after, width_bits);
    if (!rise) continue;
    const double per_second = static_cast<double>(*rise) / seconds;
    if (per_second > limit) continue;
    sum += static_cast<double>(*rise);
    covered += seconds;
    if (seconds >= intervals.shortest_for_peak) rate.peak = std::max(rate.peak, per_second);
  }
  if (covered > 0) rate.mean = sum / covered;
  rate.peak = std::max(rate.peak, rate.mean);
  return rate;
}

}  // namespace tscollect::app
