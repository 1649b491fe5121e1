#include "analysis/column_rates.hpp"

#include "block/counter_rise.hpp"

#include <bit>
#include <cmath>

namespace tscollect::analysis {

namespace {

/// `range`: the level after which the counter restarts from 0; 0 if there is none.
double growth_between(const CellColumn& column, std::int64_t from, std::int64_t to,
                      std::int64_t range) {
  if (from == missing_integer || to == missing_integer) return absent;
  if (from == to) return 0;
  const auto rise = block::counter_rise(from, to, column.width_bits);
  if (rise) return static_cast<double>(*rise);
  if (column.may_fall) return 0;
  // As for counters of 32 bits: a decrease by more than half of the range is a restart from 0.
  const bool has_restarted = 0 <= to && to < from && from <= range && from - to > range / 2;
  return has_restarted ? static_cast<double>(range - from + to) : was_reset;
}

double level_of(const CellColumn& column, std::int64_t bits) {
  if (column.type == ValueType::real) {
    const auto real = std::bit_cast<double>(bits);
    return std::isfinite(real) ? real : absent;
  }
  // 2^63 or more: the kernel computed the level as a difference that became negative; no value.
  if (bits == missing_integer || (column.is_unsigned && bits < 0)) return absent;
  return static_cast<double>(bits);
}

void finish_ratio(Fractions& result, std::span<const double> seconds) {
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    double& numerator = result.numerator[i];
    double& denominator = result.denominator[i];
    if (seconds[i] <= 0) numerator = absent;
    if (denominator == was_reset && !std::isnan(numerator)) numerator = was_reset;
    if (std::isnan(denominator)) numerator = absent;
    if (!std::isfinite(numerator) || !std::isfinite(denominator)) denominator = 0;
  }
}

void finish_share(const QuantityColumns& columns, Fractions& result,
                  std::span<const double> seconds) {
  std::vector<double> level(seconds.size(), columns.attribute);
  for (const CellColumn& column : columns.denominator) add_level(column, level);
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    if (seconds[i] <= 0 || !(level[i] > 0)) result.numerator[i] = absent;
    result.denominator[i] = std::isfinite(result.numerator[i]) ? seconds[i] * level[i] : 0;
  }
}

void finish_rate(const Quantity& quantity, Fractions& result, std::span<const double> seconds) {
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    double& numerator = result.numerator[i];
    if (seconds[i] <= 0) numerator = absent;
    if (quantity.basis == Basis::level) numerator *= seconds[i];
    if (quantity.most > 0 && numerator > quantity.most * seconds[i]) numerator = was_reset;
    result.denominator[i] = std::isfinite(numerator) ? seconds[i] : 0;
  }
}

}  // namespace

void add_growth(const CellColumn& column, std::span<double> sums) {
  std::int64_t before = column.before;
  for (std::size_t i = 0, at = 0; i < column.samples; ++i, at += column.stride) {
    const std::int64_t now = column.cells[at];
    const std::int64_t range = column.ranges.empty() ? 0 : column.ranges[at];
    sums[i] += column.factor * growth_between(column, before, now, range);
    before = now;
  }
}

void add_level(const CellColumn& column, std::span<double> sums) {
  for (std::size_t i = 0, at = 0; i < column.samples; ++i, at += column.stride)
    sums[i] += column.factor * level_of(column, column.cells[at]);
}

void evaluate(const Quantity& quantity, const QuantityColumns& columns,
              std::span<const double> seconds, Fractions& result) {
  result.numerator.assign(seconds.size(), 0);
  result.denominator.assign(seconds.size(), 0);
  for (const CellColumn& column : columns.numerator) {
    if (quantity.basis == Basis::level)
      add_level(column, result.numerator);
    else
      add_growth(column, result.numerator);
  }
  for (double& numerator : result.numerator) numerator *= quantity.scale;
  if (quantity.basis == Basis::ratio) {
    for (const CellColumn& column : columns.denominator) add_growth(column, result.denominator);
    finish_ratio(result, seconds);
  } else if (quantity.basis == Basis::share) {
    finish_share(columns, result, seconds);
  } else {
    finish_rate(quantity, result, seconds);
  }
}

}  // namespace tscollect::analysis
