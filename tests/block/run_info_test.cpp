#include "block/run_info.hpp"

#include <gtest/gtest.h>

#include <array>

namespace tscollect::block {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t noon = 1'700'000'000 * second;  // 2023-11-14T22:13:20Z

/// Samples from `first` to `last` seconds after tick 0, by a wall clock that is `ahead` of rank
/// 0's.
HostOutcome host(std::int64_t first, std::int64_t last, std::int64_t ahead,
                 std::int64_t uncertainty_ns) {
  HostOutcome outcome;
  outcome.summary.name = "node";
  outcome.summary.samples = 2;
  outcome.summary.first_elapsed_ns = first * second;
  outcome.summary.last_elapsed_ns = last * second;
  outcome.summary.first_time_ns = noon + (first + ahead) * second;
  outcome.summary.last_time_ns = noon + (last + ahead) * second;
  outcome.summary.clock_at_start = {ahead * second, uncertainty_ns};
  return outcome;
}

TEST(RunInfo, has_times_on_the_clock_of_rank_0) {
  const std::array hosts = {host(0, 60, 0, 0), host(2, 61, 3600, 50), host(0, 60, -86400, 70)};
  const RunInfo run = summarize(hosts, 1.0);
  EXPECT_EQ(run.start_time, "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(run.end_time, "2023-11-14T22:14:21.000Z");
}

TEST(RunInfo, ends_when_the_ticks_say_though_a_clock_was_set) {
  std::array hosts = {host(0, 60, 0, 0), host(0, 60, 5, 50)};
  hosts[0].summary.last_time_ns -= 3600 * second;
  hosts[1].summary.last_time_ns += 86400 * second;
  const RunInfo run = summarize(hosts, 1.0);
  EXPECT_EQ(run.start_time, "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(run.end_time, "2023-11-14T22:14:20.000Z");
}

TEST(RunInfo, trusts_the_best_known_clock_where_rank_0_has_no_samples) {
  std::array hosts = {host(0, 60, 7, -1), host(0, 60, 5, 50), host(1, 60, 9, 20)};
  hosts[2].summary.first_time_ns += second / 2;  // what a worse clock says does not matter
  const RunInfo run = summarize(hosts, 1.0);
  EXPECT_EQ(run.start_time, "2023-11-14T22:13:20.500Z");
  EXPECT_EQ(run.end_time, "2023-11-14T22:14:20.500Z");
}

TEST(RunInfo, takes_an_unmeasured_clock_at_its_word_where_there_is_no_other) {
  const std::array hosts = {host(0, 60, 7, -1)};
  const RunInfo run = summarize(hosts, 1.0);
  EXPECT_EQ(run.start_time, "2023-11-14T22:13:27.000Z");
  EXPECT_EQ(run.end_time, "2023-11-14T22:14:27.000Z");
}

TEST(RunTimes, are_those_of_the_hosts_that_have_samples) {
  std::array hosts = {host(3, 60, 0, 0), host(2, 61, 3600, 50), host(0, 99, 5, 0)};
  hosts[2].state = HostState::missing;
  const auto times = times_of(hosts);
  ASSERT_TRUE(times);
  EXPECT_EQ(times->zero_ns, noon);
  EXPECT_EQ(times->first_elapsed_ns, 2 * second);
  EXPECT_EQ(times->last_elapsed_ns, 61 * second);
  EXPECT_FALSE(times_of({}));
}

}  // namespace
}  // namespace tscollect::block
