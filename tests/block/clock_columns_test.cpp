#include "block/clock_columns.hpp"

#include <gtest/gtest.h>

namespace tscollect::block {
namespace {

HostSummary host(std::int64_t samples, std::int64_t missed) {
  HostSummary summary;
  summary.samples = samples;
  summary.missed_ticks = missed;
  return summary;
}

TEST(MissedTicks, AreFewBelowOnePercentOfAllTicks) {
  EXPECT_FALSE(misses_much(host(100, 0)));
  EXPECT_FALSE(misses_much(host(100, 1)));
  EXPECT_FALSE(misses_much(host(9'901, 99)));
}

TEST(MissedTicks, AreManyFromOnePercentOn) {
  EXPECT_TRUE(misses_much(host(99, 1)));
  EXPECT_TRUE(misses_much(host(9'900, 100)));
  EXPECT_TRUE(misses_much(host(0, 1)));
}

TEST(MissedTicks, AreNoneWhereNothingWasDue) { EXPECT_FALSE(misses_much(host(0, 0))); }

}  // namespace
}  // namespace tscollect::block
