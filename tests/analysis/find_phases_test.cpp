#include "analysis/find_phases.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace tscollect::analysis {
namespace {

/// One host with a tick each second, on time.
TickGrid grid_of(std::size_t ticks) {
  store::HostTimes times;
  for (std::size_t i = 0; i < ticks; ++i) {
    times.tick.push_back(static_cast<std::int64_t>(i));
    times.lateness_ns.push_back(0);
  }
  TickGrid grid;
  grid.add(times, 1.0);
  return grid;
}

void expect_periods(const std::vector<double>& values, double floor,
                    const std::vector<std::pair<double, double>>& expected) {
  const TickGrid grid = grid_of(values.size());
  const std::vector<Period> found = find_periods(grid, values, floor);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].begin, expected[i].first) << i;
    EXPECT_EQ(found[i].end, expected[i].second) << i;
  }
}

TEST(FindPhases, puts_edges_to_the_sample) {
  expect_periods({0, 0, 0, 90, 100, 110, 100, 0, 0, 0, 0, 100, 100, 100}, 1, {{2, 6}, {10, 13}});
}

TEST(FindPhases, leaves_out_edges_with_less_than_half_of_the_rate) {
  expect_periods({0, 0, 30, 100, 100, 100, 100, 100, 40, 0, 0, 0}, 1, {{2, 7}});
}

TEST(FindPhases, passes_over_short_lulls_and_not_over_long_ones) {
  expect_periods({0, 100, 100, 0, 0, 100, 100, 100, 0, 0, 0, 100, 100, 100}, 1, {{0, 7}, {10, 13}});
}

TEST(FindPhases, takes_no_trickle_and_no_short_burst) {
  expect_periods({0, 5, 5, 5, 5, 100, 100, 0, 0, 0, 0, 5, 5, 5}, 1, {});
  expect_periods({0, 5, 5, 5, 5, 5, 5, 5, 5, 5}, 10, {});
}

TEST(FindPhases, goes_on_while_the_rate_is_low_and_begins_where_it_is_high) {
  expect_periods({0, 0, 10, 10, 10, 100, 100, 100, 90, 80, 70, 60, 0, 0, 0}, 1, {{4, 11}});
}

TEST(FindPhases, knows_a_rate_whatever_the_time_in_between) {
  std::vector<double> values(10'000, 0);
  for (std::size_t i = 500; i < 520; ++i) values[i] = 100;
  expect_periods(values, 1, {{499, 519}});
}

TEST(FindPhases, is_not_deterred_by_what_is_missing) {
  expect_periods({0, std::nan(""), 100, 100, std::nan(""), 100, 100, 0, 0}, 1, {{1, 6}});
}

/// Sums of one host, of which some directions move.
std::vector<std::string> names_of(double disk_write, double disk_read, double net_receive,
                                  double lustre_write = 0) {
  const TickGrid grid = grid_of(40);
  RunSums sums(grid, activity_quantities());
  Intervals intervals;
  for (std::size_t i = 0; i < 40; ++i) {
    intervals.seconds.push_back(i == 0 ? 0 : 1);
    intervals.end.push_back(static_cast<double>(i));
    intervals.tick.push_back(static_cast<std::int64_t>(i));
  }
  for (std::size_t quantity = 0; quantity < sums.quantities().size(); ++quantity) {
    const std::string_view name = sums.quantities()[quantity]->name;
    Fractions fractions;
    for (std::size_t i = 0; i < 40; ++i) {
      double rate = 0;
      const bool odd = i / 10 % 2 == 1;
      if (name == "disk.write.throughput" && !odd) rate = disk_write;
      if (name == "disk.read.throughput" && odd) rate = disk_read;
      if (name == "lustre.write.throughput" && odd) rate = lustre_write;
      if (name == "net.rx.throughput" && odd) rate = net_receive;
      fractions.numerator.push_back(i == 0 ? absent : rate);
      fractions.denominator.push_back(i == 0 ? 0 : 1);
    }
    sums.add(intervals, quantity, fractions);
  }
  std::vector<std::string> names;
  for (const Phase& phase : find_phases(sums, RunClock(0))) {
    EXPECT_EQ(phase.origin, PhaseOrigin::found);
    names.push_back(phase.name);
  }
  return names;
}

TEST(FindPhases, are_named_after_what_the_disks_do) {
  EXPECT_EQ(names_of(1e8, 1e8, 0),
            (std::vector<std::string>{"write 1", "read 1", "write 2", "read 2"}));
  EXPECT_EQ(names_of(1e8, 1e5, 0), (std::vector<std::string>{"write 1", "write 2"}));
}

TEST(FindPhases, are_those_of_the_network_where_disks_are_idle) {
  EXPECT_EQ(names_of(1e6, 0, 1e9), (std::vector<std::string>{"receive 1", "receive 2"}));
  EXPECT_EQ(names_of(0, 0, 0), (std::vector<std::string>{}));
}

TEST(FindPhases, are_those_of_a_network_file_system_that_moves_more_than_disks) {
  EXPECT_EQ(names_of(1e6, 0, 2e9, 1e9), (std::vector<std::string>{"write 1", "write 2"}));
}

}  // namespace
}  // namespace tscollect::analysis
