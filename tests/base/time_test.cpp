#include <tscollect/time.hpp>

#include <gtest/gtest.h>

namespace tscollect {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

TEST(Timestamp, is_utc_with_milliseconds) {
  EXPECT_EQ(format_timestamp(WallTime(0ns)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_timestamp(WallTime(1795455828515495487ns)), "2026-11-23T17:43:48.515Z");
}

TEST(Timestamp, rounds_down_before_1970_too) {
  EXPECT_EQ(format_timestamp(WallTime(-1ns)), "1969-12-31T23:59:59.999Z");
}

TEST(Timestamp, reaches_both_ends_of_int64) {
  EXPECT_EQ(format_timestamp(WallTime(WallTime::duration::min())), "1677-09-21T00:12:43.145Z");
  EXPECT_EQ(format_timestamp(WallTime(WallTime::duration::max())), "2262-04-11T23:47:16.854Z");
}

TEST(Timestamp, reads_what_it_writes_and_finer) {
  EXPECT_EQ(parse_timestamp("2026-11-23T17:43:48.515Z").value(), WallTime(1795455828515000000ns));
  EXPECT_EQ(parse_timestamp("2026-11-23T17:43:48Z").value(), WallTime(1795455828000000000ns));
  EXPECT_EQ(parse_timestamp("2026-11-23T17:43:48.515495487Z").value(),
            WallTime(1795455828515495487ns));
}

TEST(Timestamp, refuses_anything_else_and_quotes_it) {
  for (const char* text :
       {"", "Z", "2026-11-23", "2026-11-23T17:43:48", "2026-11-23 17:43:48Z",
        "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-23T24:00:00Z",
        "2026-11-23T17:60:00Z", "2026-11-23T17:43:48.Z", "2026-11-23T17:43:48.1234567890Z",
        "2026-11-23T17:43:48.-1Z", "-026-11-23T17:43:48Z", "2026-11-23T17:43:48+00:00"}) {
    const auto parsed = parse_timestamp(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().message.find(text), std::string::npos) << parsed.error().message;
  }
}

}  // namespace
}  // namespace tscollect
