#include "tool/report/heat_map.hpp"

#include "base/text/base64.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace tscollect::tool {

namespace {

using analysis::HostCurve;
using analysis::RunSlots;

constexpr double most_bytes = 3.4e6;       // for all maps of a page
constexpr double bytes_per_cell = 8. / 3;  // two planes, as base64
constexpr std::size_t fewest_columns = 30;

/// Lowest and highest value of each cell; NaN if unknown.
struct Cells {
  std::vector<double> lowest;
  std::vector<double> highest;
};

std::string bytes_of(const std::vector<double>& values, const HeatMap& map) {
  constexpr double most = 254;
  std::string bytes;
  for (const double value : values) {
    if (std::isnan(value)) {
      bytes += '\0';
      continue;
    }
    double share = map.high > map.low ? (value - map.low) / (map.high - map.low) : 0;
    share = std::clamp(share, 0.0, 1.0);
    if (map.is_root) share = std::sqrt(share);
    bytes += static_cast<char>(static_cast<std::uint8_t>(1 + std::lround(most * share)));
  }
  return base::base64(bytes);
}

}  // namespace

HeatMap heat_map_of(const RunSlots& run, std::size_t quantity,
                    const std::vector<std::size_t>& order, std::size_t maps) {
  const std::vector<HostCurve>& curves = run.curves(quantity);
  const std::size_t slots = run.slots().size();
  HeatMap map;
  map.columns = slots;
  const auto bytes = [&](std::size_t rows) {
    return bytes_per_cell * static_cast<double>(rows * map.columns * maps);
  };
  while (bytes(order.size()) > most_bytes && map.columns / 2 >= fewest_columns) {
    map.slots_per_column *= 2;
    map.columns = (slots + map.slots_per_column - 1) / map.slots_per_column;
  }
  const auto hosts_per_row =
      static_cast<std::size_t>(std::max(std::ceil(bytes(order.size()) / most_bytes), 1.0));

  const std::size_t rows = (order.size() + hosts_per_row - 1) / hosts_per_row;
  Cells cells{std::vector<double>(rows * map.columns, analysis::absent),
              std::vector<double>(rows * map.columns, analysis::absent)};
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t first = row * hosts_per_row;
    const std::size_t last = std::min(first + hosts_per_row, order.size()) - 1;
    map.rows.push_back(first == last ? run.hosts()[order[first]]
                                     : fmt::format("{} to {}", run.hosts()[order[first]],
                                                   run.hosts()[order[last]]));
    double sum = 0;
    double known = 0;
    for (std::size_t at = first; at <= last; ++at) {
      const HostCurve& curve = curves[order[at]];
      if (!curve.is_known()) continue;
      sum += *curve.mean();
      ++known;
      for (std::size_t slot = 0; slot < slots; ++slot) {
        const std::size_t cell = row * map.columns + slot / map.slots_per_column;
        cells.lowest[cell] = std::fmin(cells.lowest[cell], curve.lowest(slot));
        cells.highest[cell] = std::fmax(cells.highest[cell], curve.highest(slot));
      }
    }
    map.means.push_back(known > 0 ? sum / known : analysis::absent);
  }
  for (const double value : cells.highest) map.high = std::fmax(map.high, value);
  const analysis::Quantity& what = *run.quantities()[quantity];
  map.is_root = what.unit != "%" && what.basis != analysis::Basis::level;
  map.shows_lowest = what.name == "memory.available";
  map.lowest = bytes_of(cells.lowest, map);
  map.highest = bytes_of(cells.highest, map);
  return map;
}

}  // namespace tscollect::tool
