#pragma once

#include "analysis/quantity.hpp"

#include <tscollect/source.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace tscollect::analysis {

// Pure functions over columns of cells. In their results a value is absent (NaN) if a cell is
// missing at either end of the interval, and a reset (-infinity) if a counter decreased without
// wrapping. Sums skip absent values, and are unknown if one of their parts was reset.

inline constexpr double absent = std::numeric_limits<double>::quiet_NaN();
inline constexpr double was_reset = -std::numeric_limits<double>::infinity();

/// The cells of one field of one device, by sample.
struct CellColumn {
  std::span<const std::int64_t> cells;  ///< the cell of sample i is element i × stride
  std::size_t stride = 1;
  std::size_t samples = 0;
  std::int64_t before = missing_integer;  ///< the cell of the sample before the first
  ValueType type = ValueType::integer;
  int width_bits = 64;
  bool is_unsigned = false;  ///< the bits are uint64
  bool may_fall = false;     ///< a decrease counts as 0, not as a reset
  double factor = 1;         ///< of each value
  /// As cells: the levels after which the counter restarts from 0. Empty: it does not.
  std::span<const std::int64_t> ranges = {};
};

/// Adds to sums[i] the increase of the counter up to sample i.
void add_growth(const CellColumn& column, std::span<double> sums);
/// Adds to sums[i] the level at sample i.
void add_level(const CellColumn& column, std::span<double> sums);

/// A quantity over the intervals that end at each sample. Its value in an interval is numerator /
/// denominator; its mean over several intervals is the sum of their numerators over the sum of
/// their denominators.
struct Fractions {
  std::vector<double> numerator;  ///< absent or was_reset if unknown
  std::vector<double>
      denominator;  ///< valid where the numerator is known; seconds for a rate or level
};

/// The columns of one device from which a quantity is computed.
struct QuantityColumns {
  std::vector<CellColumn> numerator;
  std::vector<CellColumn> denominator;
  double attribute = 0;  ///< the denominator of a share, if it is an attribute
};

/// `seconds`: length of each interval; 0 before the first sample.
void evaluate(const Quantity& quantity, const QuantityColumns& columns,
              std::span<const double> seconds, Fractions& result);

}  // namespace tscollect::analysis
