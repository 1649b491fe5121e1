#pragma once

#include "analysis/column_rates.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tscollect::analysis {

/// Puts 0 into the missing cells of a counter before its first value, as Lustre shows only counters
/// that are not 0. A cell stays missing in samples in which all of its device is missing: then the
/// source was not read, or the device was not there.
class Beginnings {
 public:
  /// `cells`: the number of cells of a sample.
  explicit Beginnings(std::size_t cells) : has_begun_(cells, false) {}

  /// The next samples of the columns of a device, whose first cell of a sample is `first_cell`.
  /// `presence`: columns of which a device that is there has at least one. Filled columns use
  /// memory of this object until the next call.
  void fill(std::size_t first_cell, std::span<const std::size_t> presence,
            std::span<CellColumn> columns);

 private:
  std::vector<bool> has_begun_;
  std::vector<std::vector<std::int64_t>> filled_;  ///< by column
};

}  // namespace tscollect::analysis
