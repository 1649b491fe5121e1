#pragma once

#include "analysis/reduce/run_slots.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace tscollect::tool {

/// Hosts over time: a byte per cell, 0 for unknown, 1 to 255 from the lowest to the highest value.
struct HeatMap {
  std::vector<std::string> rows;  ///< a host, or the first and the last of several adjacent ones
  std::vector<double> means;      ///< by row
  std::size_t columns = 0;
  std::size_t slots_per_column = 1;
  double low = 0;
  double high = 0;
  bool is_root = false;       ///< a byte is the square root of the value's position in the range
  bool shows_lowest = false;  ///< low values are the interesting ones
  std::string lowest;         ///< base64, [rows × columns]: lowest sample of each cell
  std::string highest;
};

/// `order`: the hosts' indexes in the order of rows. `maps`: number of maps that share the page's
/// size limit; columns, then hosts, are merged until they fit.
[[nodiscard]] HeatMap heat_map_of(const analysis::RunSlots& run, std::size_t quantity,
                                  const std::vector<std::size_t>& order, std::size_t maps);

}  // namespace tscollect::tool
