// Reduction to slots keeps the lowest and the highest of all samples, and what is not known.
#include "analysis/reduce/outliers.hpp"
#include "analysis/reduce/run_slots.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace tscollect::analysis {
namespace {

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

Intervals seconds_between(std::size_t first, std::size_t last) {
  Intervals intervals;
  intervals.tick_before = first == 0 ? 0 : static_cast<std::int64_t>(first) - 1;
  for (std::size_t i = first; i < last; ++i) {
    intervals.seconds.push_back(i == 0 ? 0 : 1);
    intervals.end.push_back(static_cast<double>(i));
    intervals.tick.push_back(static_cast<std::int64_t>(i));
  }
  return intervals;
}

SlotSeries reduced(const Slots& slots, const std::vector<double>& values, std::size_t part) {
  SlotSeries series(slots.size());
  std::vector<std::size_t> found;
  for (std::size_t first = 0; first < values.size(); first += part) {
    const std::size_t last = std::min(first + part, values.size());
    const Intervals intervals = seconds_between(first, last);
    Fractions fractions;
    for (std::size_t i = first; i < last; ++i) {
      fractions.numerator.push_back(values[i]);
      fractions.denominator.push_back(1);
    }
    slots.find(intervals, found);
    series.add(intervals, found, fractions, 0.5, false);
  }
  return series;
}

TEST(Slots, have_a_sample_each_if_there_are_few) {
  const TickGrid grid = grid_of(100);
  const Slots slots(grid, 100);
  EXPECT_EQ(slots.size(), 100U);
  EXPECT_EQ(slots.steps_per_slot(), 1U);
  EXPECT_EQ(slots.end(7), 7);
  EXPECT_EQ(slots.begin(7), 6);
}

TEST(Slots, are_as_many_as_asked_for_at_most) {
  const TickGrid grid = grid_of(1003);
  for (const std::size_t most : {1U, 7U, 100U, 500U, 1002U}) {
    const Slots slots(grid, most);
    EXPECT_LE(slots.size(), most);
    EXPECT_EQ(slots.end(slots.size() - 1), 1002);
  }
  const Slots coarse(grid, 10, 30);
  EXPECT_EQ(coarse.steps_per_slot() % 30, 0U);
}

TEST(Slots, of_a_period_lie_mostly_in_it) {
  const TickGrid grid = grid_of(101);
  const Slots slots(grid, 11);  // of 10 steps
  const Slots::Range range = slots.range_of({20, 50});
  EXPECT_EQ(slots.begin(range.first), 19);
  EXPECT_EQ(slots.end(range.last - 1), 49);
  const Slots::Range none = slots.range_of({500, 600});
  EXPECT_EQ(none.first, none.last);
}

TEST(SlotSeries, loses_no_spike_and_no_dip) {
  constexpr std::size_t samples = 10'000;
  const TickGrid grid = grid_of(samples);
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    std::vector<double> values(samples, 100);
    const std::size_t spike = random() % samples;
    const std::size_t dip = random() % samples;
    values[dip] = 1;
    values[spike] = 5000;
    const Slots slots(grid, 1 + random() % 300);
    const SlotSeries series = reduced(slots, values, 1 + random() % 3000);
    double lowest = 1e9;
    double highest = 0;
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
      lowest = std::min(lowest, series.lowest(slot));
      highest = std::max(highest, series.highest(slot));
    }
    if (spike != 0) {
      EXPECT_EQ(highest, 5000);
      EXPECT_EQ(series.highest(slots.of_step(spike)), 5000);
    }
    if (dip != 0 && dip != spike) {
      EXPECT_EQ(lowest, 1);
    }
    if (spike != 0 && dip != 0 && slots.of_step(spike) == slots.of_step(dip) && spike != dip) {
      EXPECT_EQ(series.falls(slots.of_step(dip)), spike < dip);
    }
  }
}

TEST(SlotSeries, keeps_single_samples_as_they_are) {
  const TickGrid grid = grid_of(50);
  const Slots slots(grid, 2000);
  std::vector<double> values;
  for (int i = 0; i < 50; ++i) values.push_back(std::sqrt(i) * 1e9 / 3);
  values[20] = absent;
  values[30] = was_reset;
  const SlotSeries series = reduced(slots, values, 16);
  EXPECT_TRUE(std::isnan(series.mean(0)));
  for (std::size_t i = 1; i < 50; ++i) {
    if (i == 20 || i == 30)
      EXPECT_TRUE(std::isnan(series.mean(i)));
    else
      EXPECT_EQ(series.mean(i), values[i]);
  }
}

TEST(SlotSeries, leaves_out_a_sample_right_after_another) {
  const TickGrid grid = grid_of(5);
  const Slots slots(grid, 100);
  Intervals intervals = seconds_between(0, 5);
  intervals.seconds[4] = 0.001;
  std::vector<std::size_t> found;
  slots.find(intervals, found);
  SlotSeries series(slots.size());
  series.add(intervals, found, {{1, 1, 1, 1, 1}, {1, 1, 1, 1, 0.001}}, 0.5, false);
  EXPECT_EQ(series.mean(3), 1);
  EXPECT_TRUE(std::isnan(series.mean(4)));
}

TEST(HostCurve, of_a_host_that_did_nothing_takes_no_memory_and_keeps_its_gaps) {
  const TickGrid grid = grid_of(20);
  const Slots slots(grid, 100);
  const HostCurve idle(reduced(slots, std::vector<double>(20, 0), 20), slots);
  EXPECT_TRUE(idle.is_zero());
  EXPECT_TRUE(std::isnan(idle.mean(0)));
  EXPECT_EQ(idle.mean(7), 0);
  std::vector<double> with_gap(20, 0);
  with_gap[9] = absent;
  const HostCurve gap(reduced(slots, with_gap, 20), slots);
  EXPECT_TRUE(std::isnan(gap.mean(9)));
  EXPECT_EQ(gap.mean(10), 0);
}

TEST(Outliers, are_far_from_the_median_whatever_they_do_to_the_mean) {
  const TickGrid grid = grid_of(10);
  const Slots slots(grid, 100);
  const Quantity* quantity = find_quantity("disk.read.throughput");
  const std::vector<const Quantity*> quantities = {quantity};
  RunSlots run(slots, quantities);
  for (int host = 0; host < 9; ++host) {
    HostSlots series(slots, quantities, [](const Quantity&) { return false; }, 0.5, {});
    const Intervals intervals = seconds_between(0, 10);
    const double value = host == 4 ? 1e12 : 1e8 * (1 + 0.02 * host);
    const Fractions fractions{std::vector<double>(10, value), std::vector<double>(10, 1)};
    series.begin_part(intervals);
    series.take(intervals, {quantity, 0, "sda", "disk", true, &fractions});
    series.end_part(intervals);
    run.add("node" + std::to_string(host), series);
  }
  const std::vector<Outlier> outliers = outliers_of(run, 0);
  ASSERT_EQ(outliers.size(), 1U);
  EXPECT_EQ(outliers[0].host, 4U);
  EXPECT_EQ(median_of({3, 1, 2}), 2);
  EXPECT_EQ(median_of({4, 1, 2, 3}), 2.5);
}

}  // namespace
}  // namespace tscollect::analysis
