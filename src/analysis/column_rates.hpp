#pragma once

#include "analysis/quantity.hpp"

#include <tscollect/source.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace tscollect::analysis {

// Pure functions over columns of cells. In what they give, a value that cannot be told is absent
// (NaN) where a cell is missing at either end of the interval, and a reset (-infinity) where a
// counter fell and had not wrapped. Sums pass over what is absent, and are unknown where a part of
// them was reset.

inline constexpr double absent = std::numeric_limits<double>::quiet_NaN();
inline constexpr double was_reset = -std::numeric_limits<double>::infinity();

/// The cells of one field of one device, sample after sample.
struct CellColumn {
  std::span<const std::int64_t> cells;  ///< element i × stride is that of sample i
  std::size_t stride = 1;
  std::size_t samples = 0;
  std::int64_t before = missing_integer;  ///< the cell of the sample before the first
  ValueType type = ValueType::integer;
  int width_bits = 64;
  bool is_unsigned = false;  ///< bits are to be read as uint64
  bool may_fall = false;     ///< a fall is no growth, rather than a reset
};

/// Adds to sums[i] how much the counter grew up to sample i.
void add_growth(const CellColumn& column, std::span<double> sums);
/// Adds to sums[i] what the level is at sample i.
void add_level(const CellColumn& column, std::span<double> sums);

/// A quantity over the intervals that end at each sample: its values are numerator / denominator,
/// and so is its mean over any of them: the sum of the numerators over that of the denominators.
struct Fractions {
  std::vector<double> numerator;    ///< absent or was_reset where it is not known
  std::vector<double> denominator;  ///< where the numerator is known; seconds of a rate or level
};

/// The columns of one device that a quantity is made of.
struct QuantityColumns {
  std::vector<CellColumn> numerator;
  std::vector<CellColumn> denominator;
  double attribute = 0;  ///< the denominator of a share, where it is an attribute
};

/// `seconds`: how long each interval is; 0 before the first sample.
void evaluate(const Quantity& quantity, const QuantityColumns& columns,
              std::span<const double> seconds, Fractions& result);

}  // namespace tscollect::analysis
