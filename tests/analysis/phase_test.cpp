#include "analysis/phase.hpp"

#include "analysis/tally.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tscollect::analysis {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t zero_ns = 1'769'293'200 * second_ns;  // 2026-01-24T22:20:00Z
const RunClock run_clock(zero_ns);

TEST(Phase, is_read_from_a_table) {
  const auto phases = parse_phases(
      "name,begin,end\n\"write, \"\"big\"\"\",1.5,2026-01-24T22:20:04Z\r\nread,1769293205,6\n\n",
      run_clock);
  ASSERT_TRUE(phases) << phases.error().message;
  ASSERT_EQ(phases.value().size(), 2U);
  const Phase& write = phases.value()[0];
  EXPECT_EQ(write.name, "write, \"big\"");
  EXPECT_EQ(write.begin_ns, zero_ns + second_ns * 3 / 2);
  EXPECT_EQ(write.end_ns, zero_ns + 4 * second_ns);
  EXPECT_EQ(write.origin, PhaseOrigin::marked);
  EXPECT_EQ(phases.value()[1].begin_ns, zero_ns + 5 * second_ns);
}

TEST(Phase, says_which_line_of_a_table_is_wrong) {
  const auto error = [](const char* text) {
    const auto phases = parse_phases(text, run_clock);
    return phases ? "" : phases.error().message;
  };
  EXPECT_EQ(error(""), "has no phases");
  EXPECT_EQ(error("a,1,2\nb,1\n"), "line 2: is not name,begin,end");
  EXPECT_EQ(error("a,2,1\n"), "line 1: ends before it begins");
  EXPECT_EQ(error(",1,2\n"), "line 1: has no name");
  EXPECT_NE(error("a,x,2\n").find("line 1: 'x' is neither a UTC time"), std::string::npos);
  EXPECT_NE(error("a,nan,2\n").find("'nan'"), std::string::npos);
}

TEST(Phase, of_the_command_is_on_the_clock_of_rank_0) {
  block::RunInfo run;
  EXPECT_FALSE(command_phase(run, {}, 0));
  run.command = block::RunCommand{"ior", "node2", "2026-01-24T22:20:01Z", "", {}};
  block::HostOutcome host;
  host.summary.name = "node2";
  host.summary.clock_at_start.offset_ns = second_ns / 2;
  host.summary.clock_at_start.uncertainty_ns = 0;
  const auto phase = command_phase(run, {host}, zero_ns + 9 * second_ns);
  ASSERT_TRUE(phase);
  EXPECT_EQ(phase->begin_ns, zero_ns + second_ns / 2);
  EXPECT_EQ(phase->end_ns, zero_ns + 9 * second_ns) << "it had not ended";
  EXPECT_EQ(phase->origin, PhaseOrigin::command);
}

TEST(Phase, that_is_stored_comes_in_the_order_of_the_file) {
  block::RunInfo run;
  run.phases = {{"b", 5, 6, "node1", 0}, {"a", 5, 9, "", 1}};
  const auto phases = stored_phases(run);
  ASSERT_EQ(phases.size(), 2U);
  EXPECT_EQ(phases[0], (Phase{"b", 5, 6, "node1", PhaseOrigin::marked, 0}));
  EXPECT_EQ(phases[1], (Phase{"a", 5, 9, "", PhaseOrigin::marked, 1}));
}

TEST(Phase, is_nested_in_those_that_it_lies_within) {
  const auto phase = [](const char* name, std::int64_t begin, std::int64_t end) {
    return Phase{name, begin, end, "", PhaseOrigin::marked, 0};
  };
  std::vector<Phase> phases = {phase("after", 9, 12),  phase("inner", 2, 4), phase("outer", 1, 9),
                               phase("across", 3, 10), phase("same", 1, 9),  phase("point", 2, 2)};
  nest(phases);
  std::vector<std::string> told;
  for (const Phase& each : phases) told.push_back(each.name + std::to_string(each.level));
  EXPECT_EQ(told,
            (std::vector<std::string>{"outer0", "same1", "inner2", "point3", "across0", "after0"}));
}

TEST(RunClock, goes_there_and_back) {
  EXPECT_EQ(run_clock.utc_ns(1.25), zero_ns + second_ns * 5 / 4);
  EXPECT_DOUBLE_EQ(run_clock.seconds(zero_ns - second_ns), -1);
  EXPECT_GT(run_clock.utc_ns(1e30), zero_ns);
  EXPECT_LT(run_clock.utc_ns(-1e30), zero_ns);
}

/// The mean over a phase in which 100 a second are done, and nothing before and after it, as
/// samples that are a second apart show it.
double mean_of_steady_phase(double begin, double end) {
  const Period period{begin, end};
  Tally tally;
  for (int second = 1; second <= 30; ++second) {
    const double done = 100 * period.share_of(second, 1);
    tally.add(period, done, 1, second, 1, 0.5);
  }
  return tally.mean().value_or(0);
}

TEST(Tally, does_not_mix_what_was_outside_into_the_mean) {
  EXPECT_NEAR(mean_of_steady_phase(5.5, 11.5), 100, 1e-9) << "shares of the edges would make it 92";
  EXPECT_NEAR(mean_of_steady_phase(5.3, 9.2), 100, 1e-9);
  EXPECT_NEAR(mean_of_steady_phase(5, 8), 100, 1e-9);
}

TEST(Tally, takes_shares_of_intervals_where_few_lie_in_the_period) {
  EXPECT_NEAR(mean_of_steady_phase(5.5, 8.5), (25 + 100 + 100 + 25) / 3.0, 1e-9);
  EXPECT_NEAR(mean_of_steady_phase(5.25, 5.75), 50, 1e-9);
}

}  // namespace
}  // namespace tscollect::analysis
