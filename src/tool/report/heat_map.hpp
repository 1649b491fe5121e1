#pragma once

#include "analysis/reduce/run_slots.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace tscollect::tool {

/// Hosts over time: a byte for each cell, 0 for unknown, 1 to 255 from the lowest value of all to
/// the highest.
struct HeatMap {
  std::vector<std::string> rows;  ///< a host, or the first and the last of some in a row
  std::vector<double> means;      ///< by row
  std::size_t columns = 0;
  std::size_t slots_per_column = 1;
  double low = 0;
  double high = 0;
  bool is_root = false;       ///< a byte stands for the square of its part of the range
  bool shows_lowest = false;  ///< what is to be seen first
  std::string lowest;         ///< base64, [rows × columns]: of the samples of a cell
  std::string highest;
};

/// `order`: the hosts' places, as rows are to be. `maps`: how many there are in the page, which
/// share its room: columns are joined, and then hosts, until it is enough.
[[nodiscard]] HeatMap heat_map_of(const analysis::RunSlots& run, std::size_t quantity,
                                  const std::vector<std::size_t>& order, std::size_t maps);

}  // namespace tscollect::tool
