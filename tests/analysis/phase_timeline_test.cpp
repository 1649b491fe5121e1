#include "analysis/phase_timeline.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tscollect::analysis {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

Phase phase(const char* name, std::int64_t begin, std::int64_t end) {
  return {name, begin * second_ns, end * second_ns, "", PhaseOrigin::marked, 0};
}

TEST(PhaseTimeline, says_which_phase_was_the_innermost) {
  std::vector<Phase> phases = {phase("outer", 1, 9), phase("first", 1, 3), phase("point", 2, 2),
                               phase("second", 3, 5), phase("last", 9, 10)};
  nest(phases);
  const PhaseTimeline timeline(phases, RunClock(0));
  const auto at = [&](double seconds) {
    const Phase* found = timeline.at(seconds);
    return found == nullptr ? std::string("none") : found->name;
  };
  EXPECT_EQ(at(0.5), "none");
  EXPECT_EQ(at(1), "first") << "it has its begin";
  EXPECT_EQ(at(2), "first") << "one without length has no moment";
  EXPECT_EQ(at(3), "second") << "and not its end";
  EXPECT_EQ(at(4.9), "second");
  EXPECT_EQ(at(5), "outer");
  EXPECT_EQ(at(9), "last");
  EXPECT_EQ(at(10), "none");
}

TEST(PhaseTimeline, of_phases_that_overlap_has_the_one_that_began_last) {
  const std::vector<Phase> phases = {phase("a", 0, 4), phase("b", 2, 6)};
  const PhaseTimeline timeline(phases, RunClock(0));
  EXPECT_EQ(timeline.at(1)->name, "a");
  EXPECT_EQ(timeline.at(3)->name, "b");
  EXPECT_EQ(timeline.at(5)->name, "b");
  EXPECT_EQ(timeline.at(7), nullptr);
  EXPECT_EQ(PhaseTimeline({}, RunClock(0)).at(0), nullptr);
}

}  // namespace
}  // namespace tscollect::analysis
