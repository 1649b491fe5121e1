#include "table/device_filter.hpp"

#include "support/table_view.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace tscollect::table {
namespace {

using namespace test;

TEST(DeviceFilter, keeps_everything_unless_asked_otherwise) {
  EXPECT_TRUE(DeviceFilter().keeps("sda"));
  EXPECT_TRUE(DeviceFilter("", "").keeps(""));
}

TEST(DeviceFilter, keeps_what_the_include_expression_finds_anywhere) {
  const DeviceFilter filter("nvme|^sd", "");
  EXPECT_TRUE(filter.keeps("nvme0n1p1"));
  EXPECT_TRUE(filter.keeps("sda"));
  EXPECT_FALSE(filter.keeps("loop0"));
  EXPECT_FALSE(filter.keeps("xsda"));
}

TEST(DeviceFilter, leaves_out_what_the_exclude_expression_finds) {
  const DeviceFilter filter("", "^(loop|ram|veth)");
  EXPECT_FALSE(filter.keeps("loop7"));
  EXPECT_FALSE(filter.keeps("vethd28c1e6"));
  EXPECT_TRUE(filter.keeps("sda"));
}

TEST(DeviceFilter, lets_exclude_win) {
  const DeviceFilter filter("^sd", "1$");
  EXPECT_TRUE(filter.keeps("sda"));
  EXPECT_FALSE(filter.keeps("sda1"));
}

TEST(DeviceFilter, names_the_option_of_a_malformed_expression) {
  try {
    const DeviceFilter filter("", "eth[");
    FAIL() << "accepted";
  } catch (const std::invalid_argument& error) {
    EXPECT_TRUE(
        std::string(error.what())
            .starts_with("--exclude-devices: 'eth[' is not a valid regular expression of RE2: "))
        << error.what();
  }
  EXPECT_THROW(DeviceFilter("*", ""), std::invalid_argument);
}

TEST(DeviceFilter, takes_no_time_over_expressions_that_backtrack) {
  const std::string name(100'000, 'a');
  for (const char* expression : {"(a+)+$", "(a|aa)*b", "(a*)*(a*)*(a*)*b", "(.*a){20}b"})
    EXPECT_FALSE(DeviceFilter(expression, "").keeps(name + "!")) << expression;
}

TEST(DeviceFilter, says_what_its_expressions_lack) {
  for (const char* expression : {"(?!loop)", "(?=sd)", "(?<!x)sd", "(a)\\1"}) try {
      const DeviceFilter filter(expression, "");
      FAIL() << expression << " was accepted";
    } catch (const std::invalid_argument& error) {
      EXPECT_NE(std::string(error.what()).find("look-ahead and look-behind are not supported"),
                std::string::npos)
          << error.what();
    }
}

TEST(DeviceFilter, refuses_expressions_that_take_too_much_memory) {
  EXPECT_THROW(DeviceFilter("((a{100}){100}){100}", ""), std::invalid_argument);
  EXPECT_THROW(DeviceFilter("(x{1000}){1000}", ""), std::invalid_argument);
}

TEST(DeviceFilter, takes_names_of_any_bytes) {
  EXPECT_TRUE(DeviceFilter("^sd.b$", "")
                  .keeps("sd\xff"
                         "b"));
  EXPECT_FALSE(DeviceFilter("", "\\xff")
                   .keeps("sd\xff"
                          "b"));
}

TEST(FilteredTable, records_what_was_left_out) {
  const Table table =
      table_of(sources::netdev, fixture("linux-5.14/proc/net/dev"), {"", "^(lo|veth)"});
  EXPECT_EQ(table.excluded_rows(), (std::vector<std::string>{"lo", "vethd28c1e6"}));
  EXPECT_EQ(table.rows().size(), 2U);
  EXPECT_EQ(row_of(table, "lo"), nullptr);
  EXPECT_EQ(table.error(), "");
}

TEST(FilteredTable, follows_kept_devices_while_those_left_out_change) {
  constexpr std::string_view tail = " 2 3 4 5 6 7 8 9 10 11\n";
  const auto text = [&](std::string_view loop, std::string_view sda) {
    return "7 0 loop0 " + std::string(loop) + std::string(tail) + "8 0 sda " + std::string(sda) +
           std::string(tail);
  };
  Table table = table_of(sources::diskstats, text("1", "1"), {"", "^loop"});
  feed(table, text("222", "1"));
  EXPECT_TRUE(table.touched().empty()) << "a device left out made the text be learned anew";
  feed(table, text("3", "5"));
  EXPECT_EQ(table.touched().size(), 1U);
  EXPECT_EQ(cell(table, "sda", "reads_completed"), 5);
}

TEST(FilteredTable, says_nothing_of_faults_of_devices_left_out) {
  EXPECT_EQ(
      table_of(sources::diskstats, "7 0 loop0 x\n8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n", {"", "^loop"})
          .error(),
      "");
  EXPECT_EQ(table_of(sources::netdev, "veth1: x\n", {"", "^veth"}).error(), "");
}

TEST(FilteredTable, asks_for_each_new_device) {
  Table table =
      table_of(sources::netdev, "eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n", {"^eth", ""});
  feed(table,
       "eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"
       "wlan0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"
       "eth1: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n");
  EXPECT_EQ(table.rows().size(), 2U);
  EXPECT_EQ(table.excluded_rows(), (std::vector<std::string>{"wlan0"}));
}

}  // namespace
}  // namespace tscollect::table
