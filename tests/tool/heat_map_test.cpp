// Heat maps of any number of hosts share the room of a page, and lose no extreme value.
#include "tool/report/heat_map.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

namespace tscollect::tool {
namespace {

constexpr std::size_t ticks = 600;
constexpr std::size_t odd_host = 57;
constexpr std::size_t odd_tick = 321;

struct Made {
  Made(std::size_t hosts, std::size_t most_slots) : slots(grid_of(grid), most_slots) {
    const analysis::Quantity* quantity = analysis::find_quantity("disk.read.throughput");
    quantities = {quantity};
    run = std::make_unique<analysis::RunSlots>(slots, quantities);
    analysis::Intervals intervals;
    for (std::size_t i = 0; i < ticks; ++i) {
      intervals.seconds.push_back(i == 0 ? 0 : 1);
      intervals.end.push_back(static_cast<double>(i));
      intervals.tick.push_back(static_cast<std::int64_t>(i));
    }
    for (std::size_t host = 0; host < hosts; ++host) {
      analysis::Fractions fractions{std::vector<double>(ticks, 1e6), std::vector<double>(ticks, 1)};
      if (host == odd_host) fractions.numerator[odd_tick] = 1e9;
      analysis::HostSlots series(slots, quantities, [](const analysis::Quantity&) { return false; },
                                 0.5, {});
      series.begin_part(intervals);
      series.take(intervals, {quantity, 0, "sda", "disk", true, &fractions});
      series.end_part(intervals);
      run->add("node" + std::to_string(host), series);
    }
    order.resize(hosts);
    std::iota(order.begin(), order.end(), std::size_t{0});
  }

  static const analysis::TickGrid& grid_of(analysis::TickGrid& grid) {
    store::HostTimes times;
    for (std::size_t i = 0; i < ticks; ++i) {
      times.tick.push_back(static_cast<std::int64_t>(i));
      times.lateness_ns.push_back(0);
    }
    grid.add(times, 1.0);
    return grid;
  }

  analysis::TickGrid grid;
  analysis::Slots slots;
  std::vector<const analysis::Quantity*> quantities;
  std::unique_ptr<analysis::RunSlots> run;
  std::vector<std::size_t> order;
};

TEST(HeatMap, has_a_row_for_each_host_where_there_is_room) {
  const Made made(100, 600);
  const HeatMap map = heat_map_of(*made.run, 0, made.order, 1);
  EXPECT_EQ(map.rows.size(), 100U);
  EXPECT_EQ(map.columns, 600U);
  EXPECT_EQ(map.rows[odd_host], "node57");
  EXPECT_EQ(map.high, 1e9);
  EXPECT_EQ(map.lowest.size(), (100 * 600 + 2) / 3 * 4);
}

TEST(HeatMap, joins_columns_and_hosts_until_all_maps_of_the_page_fit) {
  for (const std::size_t hosts : {1000U, 3000U}) {
    const Made made(hosts, 120);
    for (const std::size_t maps : {1U, 12U, 24U}) {
      const HeatMap map = heat_map_of(*made.run, 0, made.order, maps);
      EXPECT_LE(maps * (map.lowest.size() + map.highest.size()), 3'600'000U)
          << hosts << ' ' << maps;
      EXPECT_GE(map.columns, 30U);
      EXPECT_EQ(map.rows.size(), map.means.size());
      EXPECT_EQ(map.high, 1e9) << "no spike is lost";
      EXPECT_GE(map.columns * map.slots_per_column, made.slots.size());
    }
  }
  const Made made(3000, 120);
  EXPECT_EQ(heat_map_of(*made.run, 0, made.order, 24).rows.front().substr(0, 9), "node0 to ");
}

}  // namespace
}  // namespace tscollect::tool
