#pragma once

#include "store/run_file/diagnostic.hpp"
#include "store/run_file/run_file_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tscollect::tool {

/// Checks the cells of one source of one host as they are read: unique names, declared missing
/// cells, counters that do not decrease.
class CellCheck {
 public:
  /// `source` and `diagnostics` must outlive this object.
  CellCheck(const block::HostSource& source, std::string place, store::Diagnostics& diagnostics);

  /// `first_sample`: index of the first of these cells in the host's arrays.
  void take(std::size_t first_sample, const store::CellBlock& cells);

  void finish();

 private:
  /// The cells of a counter so far.
  struct Counter {
    std::int64_t before = missing_integer;
    std::int64_t falls = 0;
    std::int64_t fall_sample = 0;  ///< of the first decrease
    std::int64_t fall_from = 0;
    std::int64_t fall_to = 0;

    void take(std::int64_t now, std::int64_t sample, int width_bits);
  };

  void check_names() const;
  void check_missing() const;
  void report_falls() const;
  [[nodiscard]] bool is_missing(std::int64_t bits) const;
  [[nodiscard]] std::string column_name(std::size_t column) const;

  const block::HostSource& source_;
  std::string place_;
  store::Diagnostics& diagnostics_;
  std::size_t columns_;
  std::vector<Counter> counters_;             ///< by column; empty: none of the fields is a counter
  std::optional<std::size_t> first_missing_;  ///< index of the sample
};

}  // namespace tscollect::tool
