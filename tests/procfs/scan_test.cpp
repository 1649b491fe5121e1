#include "procfs/scan.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <string>

namespace tscollect::procfs {
namespace {

constexpr auto none = IntegerFault::none;
constexpr auto not_an_integer = IntegerFault::not_an_integer;
constexpr auto too_large = IntegerFault::too_large;
constexpr auto reserved = IntegerFault::reserved;

void expect_value(std::string_view token, std::int64_t bits, bool beyond_int64 = false) {
  const ScannedInteger scanned = scan_integer(token);
  EXPECT_EQ(scanned.error, none) << token;
  EXPECT_EQ(scanned.bits, bits) << token;
  EXPECT_EQ(scanned.beyond_int64, beyond_int64) << token;
}

void expect_fault(std::string_view token, IntegerFault error) {
  EXPECT_EQ(scan_integer(token).error, error) << token;
}

TEST(ScanInteger, reads_decimal_numbers_with_any_number_of_leading_zeros) {
  expect_value("0", 0);
  expect_value("1", 1);
  expect_value("010", 10);
  expect_value("00000000000000000000000000000000042", 42);
  expect_value("999999999999999999", 999'999'999'999'999'999);
  expect_value("1000000000000000000", 1'000'000'000'000'000'000);
  expect_value("9223372036854775807", std::numeric_limits<std::int64_t>::max());
}

TEST(ScanInteger, reads_negative_numbers) {
  expect_value("-1", -1);
  expect_value("-0", 0);
  expect_value("-007", -7);
  expect_value("-9223372036854775807", -std::numeric_limits<std::int64_t>::max());
}

TEST(ScanInteger, keeps_what_exceeds_int64_by_its_bits) {
  expect_value("9223372036854775809", std::numeric_limits<std::int64_t>::min() + 1, true);
  expect_value("18446744073709551615", -1, true);
}

TEST(ScanInteger, refuses_the_value_whose_bits_mean_missing) {
  expect_fault("9223372036854775808", reserved);
  expect_fault("-9223372036854775808", reserved);
}

TEST(ScanInteger, refuses_what_64_bits_do_not_hold) {
  expect_fault("18446744073709551616", too_large);
  expect_fault("99999999999999999999", too_large);
  expect_fault("100000000000000000000000000000000000000", too_large);
  expect_fault("-9223372036854775809", too_large);
  expect_fault("-18446744073709551615", too_large);
}

TEST(ScanInteger, refuses_what_is_not_wholly_a_number) {
  for (const char* token : {"", "-", "--1", "+1", "1x", "x1", " ", " 1", "1 ", "1.0", "0x10", "1e3",
                            "99999999999999999999x", "-x", "1-", "\xff", "1\n"})
    expect_fault(token, not_an_integer);
  expect_fault(std::string_view("1\0", 2), not_an_integer);
}

TEST(ScanInteger, works_at_compile_time) {
  static_assert(scan_integer("42").bits == 42);
  static_assert(scan_integer("").error == not_an_integer);
}

TEST(ScanReal, reads_decimals_whatever_the_locale) {
  double value = -1;
  EXPECT_TRUE(scan_real("0.15", value));
  EXPECT_DOUBLE_EQ(value, 0.15);
  EXPECT_TRUE(scan_real("128", value));
  EXPECT_DOUBLE_EQ(value, 128);
}

TEST(ScanReal, refuses_what_is_not_wholly_a_finite_number) {
  double value = 0;
  for (const char* token :
       {"", "-", "nan", "NaN", "inf", "-inf", "infinity", "0,15", "0.15x", " 1", "0x1p3", "1e999"})
    EXPECT_FALSE(scan_real(token, value)) << token;
}

TEST(ScanReal, never_yields_the_bits_that_mean_missing) {
  double value = 1;
  EXPECT_TRUE(scan_real("-0.00", value));
  EXPECT_EQ(std::bit_cast<std::uint64_t>(value), 0U);
}

TEST(NextToken, splits_at_runs_of_blanks_and_tabs) {
  std::string_view line = "  8 \t sda\t1\r";
  EXPECT_EQ(next_token(line), "8");
  EXPECT_EQ(next_token(line), "sda");
  EXPECT_EQ(next_token(line), "1");
  EXPECT_EQ(next_token(line), "");
  EXPECT_EQ(next_token(line), "");
}

TEST(NextToken, finds_nothing_in_blank_lines) {
  for (std::string_view line : {"", " ", "\t \t", "\r"}) EXPECT_EQ(next_token(line), "");
}

TEST(NextToken, keeps_bytes_that_are_not_ascii) {
  std::string_view line = "\xff\x80 \xc3\xa9";
  EXPECT_EQ(next_token(line), "\xff\x80");
  EXPECT_EQ(next_token(line), "\xc3\xa9");
}

}  // namespace
}  // namespace tscollect::procfs
