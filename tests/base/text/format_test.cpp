#include "base/text/format.hpp"

#include "base/text/text_table.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tscollect::base {
namespace {

TEST(Wording, shortens_numbers_to_about_three_digits) {
  EXPECT_EQ(short_number(0), "0.00");
  EXPECT_EQ(short_number(9.994), "9.99");
  EXPECT_EQ(short_number(9.996), "10.0");
  EXPECT_EQ(short_number(99.96), "100");
  EXPECT_EQ(short_number(1234567.8), "1234568");
  EXPECT_EQ(short_number(-12.34), "-12.3");
}

TEST(Wording, says_durations_in_fitting_units) {
  EXPECT_EQ(short_duration(999), "999 ns");
  EXPECT_EQ(short_duration(-1500), "-1.50 µs");
  EXPECT_EQ(short_duration(70'000), "70.0 µs");
  EXPECT_EQ(short_duration(12'345'678), "12.3 ms");
  EXPECT_EQ(short_duration(3'400'000'000), "3.40 s");
  EXPECT_EQ(long_duration(0.4), "0.40 s");
  EXPECT_EQ(long_duration(723), "12 min 03 s");
  EXPECT_EQ(long_duration(3723.4), "1 h 02 min 03 s");
}

TEST(Wording, cuts_names_by_characters) {
  EXPECT_EQ(displayed("eth0", 4), "eth0");
  EXPECT_EQ(displayed("ethernet", 4), "eth…");
  EXPECT_EQ(displayed("ééééé", 4), "ééé…");
  EXPECT_EQ(displayed("\x1b[31mred"), "\\x1b[31mred");
}

TEST(Wording, wraps_at_blanks_and_inside_words_that_are_too_long) {
  EXPECT_EQ(wrapped("one two three", 2, 9), "  one two\n  three\n");
  EXPECT_EQ(wrapped("abcdefghij", 2, 7), "  abcde\n  fghij\n");
  EXPECT_EQ(wrapped("", 2, 7), "");
}

TEST(TextTable, aligns_names_left_and_numbers_right) {
  TextTable table({"disk", "read"});
  table.add({"nvme0n1", "1.5"});
  table.add({"é", "µs"});
  table.add_note("      a note\n");
  EXPECT_EQ(table.text(),
            "  disk     read\n"
            "  nvme0n1   1.5\n"
            "  é          µs\n"
            "      a note\n");
}

}  // namespace
}  // namespace tscollect::base
