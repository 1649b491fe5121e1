// Sums over hosts tick by tick: what happened in a gap of a host counts once, and at no tick.
#include "analysis/run_sums.hpp"

#include "analysis/find_phases.hpp"
#include "analysis/reduce/run_slots.hpp"
#include "analysis/sample_gaps.hpp"
#include "analysis/summary_visitor.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

namespace tscollect::analysis {
namespace {

constexpr double forever = std::numeric_limits<double>::infinity();
const Period everything{-forever, forever};

/// The ticks of a host: 0 to `last` without those in between.
std::vector<std::int64_t> ticks_without(std::int64_t last, std::int64_t first_missed,
                                        std::int64_t last_missed) {
  std::vector<std::int64_t> ticks;
  for (std::int64_t tick = 0; tick <= last; ++tick)
    if (tick < first_missed || tick > last_missed) ticks.push_back(tick);
  return ticks;
}

/// Hosts with a sample a second, and one quantity.
class Hosts {
 public:
  explicit Hosts(const std::vector<std::vector<std::int64_t>>& ticks) {
    for (const auto& one : ticks) {
      store::HostTimes times;
      times.tick = one;
      times.lateness_ns.assign(one.size(), 0);
      grid.add(times, 1.0);
    }
  }

  static Intervals intervals_of(const std::vector<std::int64_t>& ticks) {
    Intervals intervals;
    intervals.tick = ticks;
    intervals.tick_before = ticks.front();
    for (std::size_t i = 0; i < ticks.size(); ++i) {
      intervals.end.push_back(static_cast<double>(ticks[i]));
      intervals.seconds.push_back(i == 0 ? 0 : intervals.end[i] - intervals.end[i - 1]);
    }
    return intervals;
  }

  /// `grown`: what happened in the second that ends at a tick.
  static Fractions fractions_of(const std::vector<std::int64_t>& ticks,
                                const std::function<double(std::int64_t)>& grown) {
    Fractions fractions{{absent}, {0}};
    for (std::size_t i = 1; i < ticks.size(); ++i) {
      double sum = 0;
      for (std::int64_t tick = ticks[i - 1] + 1; tick <= ticks[i]; ++tick) sum += grown(tick);
      fractions.numerator.push_back(sum);
      fractions.denominator.push_back(static_cast<double>(ticks[i] - ticks[i - 1]));
    }
    return fractions;
  }

  TickGrid grid;
};

/// 100 bytes a second from tick 30 on, nothing before.
double late_reads(std::int64_t tick) { return tick > 30 ? 100 : 0; }

TEST(RunSums, place_nothing_of_a_gap_and_count_it_once) {
  const auto whole = ticks_without(60, 100, 100);
  const auto with_gap = ticks_without(60, 11, 40);
  const Hosts hosts({whole, with_gap});
  RunSums sums(hosts.grid, {find_quantity("disk.read.throughput")});
  for (const auto& ticks : {whole, with_gap})
    sums.add(Hosts::intervals_of(ticks), 0, Hosts::fractions_of(ticks, late_reads));
  const std::vector<double> values = sums.values(0);
  for (std::size_t tick = 1; tick <= 60; ++tick) {
    const double each = late_reads(static_cast<std::int64_t>(tick));
    const bool is_in_gap = tick >= 11 && tick <= 41;
    EXPECT_DOUBLE_EQ(values[tick], is_in_gap ? each : 2 * each) << tick;
  }
  const Tally all = tally_of(sums, 0, everything, 0.5);
  EXPECT_DOUBLE_EQ(*all.mean(), 2 * 30 * 100 / 60.0);
  EXPECT_DOUBLE_EQ(*all.peak(), 200);
  EXPECT_DOUBLE_EQ(*tally_of(sums, 0, {0, 30}, 0.5).mean(), 0);
  EXPECT_DOUBLE_EQ(*tally_of(sums, 0, {5, 45}, 0.5).mean(), (2 * 15 * 100 - 0.0) / 40);
  const Slots slots(hosts.grid, 100);
  EXPECT_DOUBLE_EQ(*reduce(sums, 0, slots, 0.5).mean({0, slots.size()}), 2 * 30 * 100 / 60.0);
}

TEST(RunSums, count_the_time_of_a_gap_that_all_hosts_have) {
  const auto ticks = ticks_without(60, 11, 40);
  const Hosts hosts({ticks, ticks});
  RunSums sums(hosts.grid, {find_quantity("disk.read.throughput")});
  for (int host = 0; host < 2; ++host)
    sums.add(Hosts::intervals_of(ticks), 0, Hosts::fractions_of(ticks, late_reads));
  const std::size_t after = hosts.grid.find(41);
  EXPECT_TRUE(std::isnan(sums.values(0)[after]));
  EXPECT_DOUBLE_EQ(sums.values(0)[after + 1], 200);
  EXPECT_DOUBLE_EQ(*tally_of(sums, 0, everything, 0.5).mean(), 2 * 30 * 100 / 60.0);
}

TEST(RunSums, take_a_rate_as_constant_over_a_few_ticks) {
  const auto whole = ticks_without(20, 100, 100);
  const auto missed = ticks_without(20, 11, 14);
  const Hosts hosts({whole, missed});
  RunSums sums(hosts.grid, {find_quantity("disk.read.throughput")});
  sums.add(Hosts::intervals_of(missed), 0,
           Hosts::fractions_of(missed, [](std::int64_t tick) { return tick == 15 ? 500.0 : 0.0; }));
  for (std::size_t tick = 11; tick <= 15; ++tick) EXPECT_DOUBLE_EQ(sums.values(0)[tick], 100);
  EXPECT_DOUBLE_EQ(*tally_of(sums, 0, everything, 0.5).mean(), 25);
}

TEST(RunSums, know_a_level_at_the_end_of_a_gap) {
  const auto whole = ticks_without(60, 100, 100);
  const auto with_gap = ticks_without(60, 11, 40);
  const Hosts hosts({whole, with_gap});
  RunSums sums(hosts.grid, {find_quantity("memory.available")});
  for (const auto& ticks : {whole, with_gap}) {
    Fractions levels = Hosts::fractions_of(ticks, [](std::int64_t) { return 7.0; });
    sums.add(Hosts::intervals_of(ticks), 0, levels);
  }
  EXPECT_DOUBLE_EQ(sums.values(0)[10], 14);
  EXPECT_DOUBLE_EQ(sums.values(0)[40], 7);
  EXPECT_DOUBLE_EQ(sums.values(0)[41], 14);
  EXPECT_DOUBLE_EQ(*tally_of(sums, 0, everything, 0.5).mean(), 14);
}

/// A latency is that of requests: a host whose requests are few, or lie in a gap, or whose time
/// moves without one must not change that of the others.
TEST(RunSums, have_a_latency_of_whole_requests) {
  const auto whole = ticks_without(60, 100, 100);
  const auto with_gap = ticks_without(60, 11, 40);
  const Hosts hosts({whole, with_gap});
  RunSums sums(hosts.grid, {find_quantity("disk.write.latency")});
  Fractions stray{std::vector<double>(61, 1), std::vector<double>(61, 0)};  // time, no request
  stray.numerator[0] = absent;
  sums.add(Hosts::intervals_of(whole), 0, stray);
  Fractions few{std::vector<double>(with_gap.size(), 0), std::vector<double>(with_gap.size(), 0)};
  few.numerator[11] = 4.1;  // in the gap
  few.denominator[11] = 1;
  few.numerator[20] = 8.2;
  few.denominator[20] = 2;
  sums.add(Hosts::intervals_of(with_gap), 0, few);
  const std::vector<double> values = sums.values(0);
  for (std::size_t tick = 0; tick <= 60; ++tick) {
    if (tick == 50)
      EXPECT_DOUBLE_EQ(values[tick], 4.1);
    else
      EXPECT_TRUE(std::isnan(values[tick])) << tick;
  }
  const Tally all = tally_of(sums, 0, everything, 0.5);
  EXPECT_DOUBLE_EQ(*all.mean(), (60 + 4.1 + 8.2) / 3) << "all time over all requests";
  EXPECT_DOUBLE_EQ(*all.peak(), 4.1);
}

TEST(SlotSeries, of_a_host_place_nothing_of_its_gap) {
  const auto ticks = ticks_without(60, 11, 40);
  const Hosts hosts({ticks_without(60, 100, 100)});
  const Slots slots(hosts.grid, 100);
  SlotSeries series(slots.size());
  const Intervals intervals = Hosts::intervals_of(ticks);
  std::vector<std::size_t> found;
  slots.find(intervals, found);
  series.add(intervals, found, Hosts::fractions_of(ticks, late_reads), 0.5, false);
  EXPECT_TRUE(std::isnan(series.mean(20)));
  EXPECT_TRUE(std::isnan(series.highest(41)));
  EXPECT_DOUBLE_EQ(series.mean(42), 100);
  EXPECT_DOUBLE_EQ(*series.mean({0, slots.size()}), 30 * 100 / 60.0);
}

TEST(FindPhases, do_not_extend_over_a_gap_of_all_hosts) {
  const auto ticks = ticks_without(60, 21, 40);
  const Hosts hosts({ticks});
  RunSums sums(hosts.grid, {find_quantity("disk.read.throughput")});
  sums.add(Hosts::intervals_of(ticks), 0,
           Hosts::fractions_of(ticks, [](std::int64_t) { return 1e9; }));
  const std::vector<Period> found = find_periods(hosts.grid, sums.values(0), 1);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].end, 20);
  EXPECT_EQ(found[1].begin, 41);
}

TEST(SampleGaps, are_gaps_and_a_late_beginning_and_an_early_end) {
  const Hosts hosts({ticks_without(60, 100, 100)});
  SampleGaps gaps;
  gaps.take(Hosts::intervals_of({12, 13, 14}));
  Intervals second = Hosts::intervals_of({30, 33, 34});
  second.tick_before = 14;
  second.seconds[0] = 16;
  gaps.take(second);
  gaps.finish(hosts.grid);
  ASSERT_EQ(gaps.periods().size(), 3U);
  EXPECT_EQ(gaps.periods()[0].end, 12);
  EXPECT_EQ(gaps.periods()[1].begin, 14);
  EXPECT_EQ(gaps.periods()[1].end, 30);
  EXPECT_EQ(gaps.periods()[2].begin, 34);
  EXPECT_EQ(gaps.periods()[2].end, 60);
}

}  // namespace
}  // namespace tscollect::analysis
