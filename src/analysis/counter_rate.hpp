#pragma once

#include "block/counter_rise.hpp"
#include "store/run_file/run_file_reader.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

namespace tscollect::app {

/// Reads the cells of one source of one host, wherever they stand in its array.
class SourceCells {
 public:
  explicit SourceCells(const store::ReadSource& source);

  [[nodiscard]] std::size_t samples() const noexcept { return samples_; }
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }  ///< 1 for a flat source
  [[nodiscard]] std::optional<std::size_t> find_field(std::string_view name) const;
  [[nodiscard]] const FieldDescription& field(std::size_t index) const;

  /// The 64 bits as stored; missing_integer or NaN where there is no value.
  [[nodiscard]] std::int64_t bits(std::size_t sample, std::size_t row, std::size_t field) const;
  /// As a number, whatever the array's type; nothing where there is no value.
  [[nodiscard]] std::optional<double> number(std::size_t sample, std::size_t row,
                                             std::size_t field) const;

 private:
  const store::ReadSource* source_;
  std::size_t rows_;
  std::size_t samples_ = 0;
};

using record::counter_rise;

/// The time between each sample and the one before.
struct Intervals {
  std::vector<double> seconds;   ///< element 0 is 0
  double shortest_for_peak = 0;  ///< a peak over less than this would say nothing
};

/// On the monotonic clock, so that a step of the wall clock makes no rate absurd.
[[nodiscard]] Intervals intervals_of(const store::ReadHost& host, double interval_seconds);

/// Per second; over the intervals of which both ends are known and no reset lies between.
struct Rate {
  double mean = 0;
  double peak = 0;
};

/// `limit`: a rise faster than that, per second, is a reset too.
[[nodiscard]] Rate rate_of(const SourceCells& cells, std::size_t row, std::size_t field,
                           const Intervals& intervals,
                           double limit = std::numeric_limits<double>::infinity());

}  // namespace tscollect::app
