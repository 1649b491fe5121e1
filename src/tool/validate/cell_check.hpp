#pragma once

#include "store/run_file/diagnostic.hpp"
#include "store/run_file/run_file_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::tool {

/// Checks the cells of one source of one host as they are read: unique names, declared missing
/// cells, counters that do not decrease.
class CellCheck {
 public:
  /// `description` and `diagnostics` must outlive this object.
  CellCheck(const block::HostSource& description, std::string place,
            store::Diagnostics& diagnostics);

  /// `first_sample`: index of the first of these cells in the host's arrays.
  void take(std::size_t first_sample, const store::CellBlock& cells);

  void finish();

 private:
  /// A counter, by row and field.
  struct Counter {
    std::int64_t before = missing_integer;
    std::int64_t falls = 0;
    std::int64_t fall_sample = 0;  ///< of the first decrease
    std::int64_t fall_from = 0;
    std::int64_t fall_to = 0;
  };

  void check_names();
  void check_uint64_columns();
  void follow(Counter& counter, std::int64_t sample, std::int64_t now, int width_bits) const;
  void log_falls(const Counter& counter, const std::string& name, bool is_uint64);
  [[nodiscard]] bool is_missing(std::int64_t bits) const;
  [[nodiscard]] std::string column_name(std::size_t row, std::size_t field) const;

  const block::HostSource& description_;
  std::string place_;
  store::Diagnostics& diagnostics_;
  std::size_t rows_;
  std::vector<Counter> counters_;               ///< by row and place in counter_fields_
  std::vector<std::int32_t> counter_of_field_;  ///< -1: not a counter
  std::size_t counter_fields_ = 0;
  std::optional<std::size_t> first_missing_;  ///< index of the sample
};

}  // namespace tscollect::tool
