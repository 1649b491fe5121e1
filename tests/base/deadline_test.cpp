#include "base/deadline.hpp"

#include <gtest/gtest.h>

namespace tscollect::base {
namespace {

using namespace std::chrono_literals;

constexpr MonoTime begin{100s};

/// Looks every `pause`; how long until it is over.
std::chrono::nanoseconds time_until_over(Deadline& deadline, std::chrono::nanoseconds pause) {
  MonoTime now = begin;
  while (!deadline.is_over(now)) now += pause;
  return now - begin;
}

TEST(Deadline, is_over_when_the_time_has_passed) {
  Deadline deadline(20s, begin);
  EXPECT_EQ(time_until_over(deadline, 500ms), 20s);
}

TEST(Deadline, does_not_count_time_without_looks) {
  Deadline deadline(2s, begin);
  EXPECT_FALSE(deadline.is_over(begin + 500ms));
  EXPECT_FALSE(deadline.is_over(begin + 3600s)) << "suspended for an hour";
  EXPECT_FALSE(deadline.is_over(begin + 3600s + 500ms));
  EXPECT_TRUE(deadline.is_over(begin + 3600s + 1s));
}

TEST(Deadline, leaves_most_of_a_short_time_after_a_suspension) {
  Deadline deadline(100ms, begin);
  EXPECT_FALSE(deadline.is_over(begin + 9s));
  EXPECT_FALSE(deadline.is_over(begin + 9s + 25ms));
}

TEST(Deadline, is_over_in_the_end_however_rare_the_looks) {
  Deadline deadline(20s, begin);
  EXPECT_EQ(time_until_over(deadline, 10s), 200s);
}

TEST(Deadline, begins_anew) {
  Deadline deadline(1s, begin);
  EXPECT_FALSE(deadline.is_over(begin + 250ms));
  deadline.restart(begin + 250ms);
  EXPECT_FALSE(deadline.is_over(begin + 500ms));
  EXPECT_FALSE(deadline.is_over(begin + 750ms));
  EXPECT_FALSE(deadline.is_over(begin + 1000ms));
  EXPECT_TRUE(deadline.is_over(begin + 1250ms));
}

TEST(Deadline, of_no_time_is_over_at_once) {
  Deadline deadline(0s, begin);
  EXPECT_TRUE(deadline.is_over(begin));
}

}  // namespace
}  // namespace tscollect::base
