#include "support/table_view.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tscollect::table {
namespace {

using namespace test;

std::string disk(std::string_view name, int reads, int statistics = 11) {
  std::string line = "8 0 " + std::string(name) + " " + std::to_string(reads);
  for (int i = 2; i <= statistics; ++i) line += " " + std::to_string(i);
  return line + "\n";
}

std::vector<std::string> touched_fields(const Table& table) {
  std::vector<std::string> names;
  for (const std::uint32_t column : table.touched())
    names.push_back(table.fields()[table.columns()[column].field].name);
  return names;
}

TEST(Table, has_one_row_for_a_flat_source_and_none_for_devices_before_it_reads) {
  const Table flat(sources::vmstat, {});
  ASSERT_EQ(flat.rows().size(), 1U);
  EXPECT_EQ(flat.rows()[0].name, "");
  EXPECT_TRUE(Table(sources::netdev, {}).rows().empty());
}

TEST(Table, touches_only_what_changed_as_long_as_lines_stay_in_place) {
  Table table = table_of(sources::vmstat, "nr_dirty 1\npgfault 2\npgfree 3\n");
  EXPECT_EQ(table.touched().size(), 3U);
  feed(table, "nr_dirty 1\npgfault 2\npgfree 3\n");
  EXPECT_TRUE(table.touched().empty());
  feed(table, "nr_dirty 1\npgfault 2000\npgfree 3\n");
  EXPECT_EQ(touched_fields(table), std::vector<std::string>{"pgfault"});
  feed(table, "nr_dirty 11\npgfault 2000\npgfree 4\n");
  EXPECT_EQ(touched_fields(table), (std::vector<std::string>{"nr_dirty", "pgfree"}));
}

TEST(Table, does_not_touch_a_value_that_is_only_printed_otherwise) {
  Table table = table_of(sources::vmstat, "pgfault 2\n");
  feed(table, "pgfault  02\n");
  EXPECT_TRUE(table.touched().empty());
}

TEST(Table, follows_a_device_that_disappears_and_returns_under_its_number) {
  Table table = table_of(sources::diskstats, disk("sda", 1) + disk("sdb", 2));
  const auto columns = table.columns().size();
  feed(table, disk("sda", 1));
  EXPECT_EQ(cell(table, "sdb", "reads_completed"), std::nullopt);
  EXPECT_EQ(cell(table, "sda", "reads_completed"), 1);
  feed(table, disk("sda", 1) + disk("sdb", 7));
  EXPECT_EQ(cell(table, "sdb", "reads_completed"), 7);
  EXPECT_EQ(table.columns().size(), columns);
  EXPECT_EQ(table.rows().size(), 2U);
}

TEST(Table, takes_a_device_that_appears_mid_run) {
  Table table = table_of(sources::diskstats, disk("sda", 1));
  feed(table, disk("nvme0n1", 5) + disk("sda", 2));
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "nvme0n1", "reads_completed"), 5);
  EXPECT_EQ(cell(table, "sda", "reads_completed"), 2);
  EXPECT_EQ(table.rows()[0].name, "sda") << "columns are numbered by first appearance";
}

TEST(Table, follows_devices_that_change_places) {
  Table table = table_of(sources::diskstats, disk("sda", 1) + disk("sdb", 2));
  feed(table, disk("sdb", 2) + disk("sda", 1));
  EXPECT_EQ(cell(table, "sda", "reads_completed"), 1);
  EXPECT_EQ(cell(table, "sdb", "reads_completed"), 2);
  feed(table, disk("sdb", 22) + disk("sda", 11));
  EXPECT_EQ(touched_fields(table),
            (std::vector<std::string>{"reads_completed", "reads_completed"}));
  EXPECT_EQ(cell(table, "sda", "reads_completed"), 11);
}

TEST(Table, does_not_mistake_a_renamed_device_for_the_old_one) {
  Table table = table_of(sources::diskstats, disk("sda", 1));
  feed(table, disk("sdb", 1));
  EXPECT_EQ(cell(table, "sda", "reads_completed"), std::nullopt);
  EXPECT_EQ(cell(table, "sdb", "reads_completed"), 1);
}

TEST(Table, follows_counts_of_statistics_that_change_mid_run) {
  Table table = table_of(sources::diskstats, disk("sda", 1, 11));
  for (const int statistics : {17, 15, 19, 4, 11}) {
    feed(table, disk("sda", statistics, statistics));
    EXPECT_EQ(table.error(), "");
    EXPECT_EQ(present_cells(table).size(), static_cast<std::size_t>(statistics));
    EXPECT_EQ(cell(table, "sda", "reads_completed"), statistics);
  }
}

TEST(Table, names_a_fault_each_time_and_works_again_once_it_is_mended) {
  const std::string good = disk("sda", 1) + disk("sdb", 2);
  const std::string bad = disk("sda", 1) + "8 0 sdb 2 3 x 5 6 7 8 9 10 11 12\n";
  Table table = table_of(sources::diskstats, good);
  for (int i = 0; i < 2; ++i) {
    feed(table, bad);
    EXPECT_EQ(table.error(), "diskstats line 2: sdb.sectors_read: 'x' is not an integer");
    EXPECT_EQ(cell(table, "sdb", "sectors_read"), std::nullopt);
    EXPECT_EQ(present_cells(table).size(), 21U);
  }
  feed(table, good);
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(present_cells(table).size(), 22U);
  feed(table, good);
  EXPECT_TRUE(table.touched().empty()) << "its lines are followed in place again";
}

TEST(Table, counts_further_faults) {
  EXPECT_EQ(table_of(sources::vmstat, "a x\nb 1\nc y\nd z\n").error(),
            "vmstat line 1: a: 'x' is not an integer (and 2 more)");
}

TEST(Table, takes_the_last_of_a_line_that_is_repeated) {
  const std::string last = disk("sdb", 5) + disk("sda", 9);
  Table table = table_of(sources::diskstats, disk("sda", 1) + last);
  EXPECT_EQ(cell(table, "sda", "reads_completed"), 9);
  feed(table, disk("sda", 2) + last);
  EXPECT_EQ(cell(table, "sda", "reads_completed"), 9) << "only the first of them changed";
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table_of(sources::diskstats, fixture("diskstats-line-repeated/proc/diskstats")),
                 "sda", "reads_completed"),
            5124);
}

TEST(Table, reports_a_flat_file_that_is_empty_and_takes_an_empty_list_of_devices) {
  for (const Source* source : {&sources::vmstat, &sources::loadavg, &sources::meminfo}) {
    Table table =
        table_of(*source, fixture("linux-5.14/proc/" + std::string(source->description.path)));
    feed(table, "");
    EXPECT_EQ(table.error(), std::string(source->description.path) + ": the file is empty");
    EXPECT_TRUE(present_cells(table).empty());
  }
  for (const Source* source : {&sources::diskstats, &sources::netdev}) {
    Table table =
        table_of(*source, fixture("linux-5.14/proc/" + std::string(source->description.path)));
    feed(table, "");
    EXPECT_EQ(table.error(), "");
    EXPECT_TRUE(present_cells(table).empty());
  }
}

TEST(Table, forgets_values_but_not_columns_when_cleared) {
  Table table = table_of(sources::vmstat, "nr_dirty 1\npgfault x\n");
  feed(table, "nr_dirty 1\npgfault x\n");
  table.clear_values();
  EXPECT_TRUE(present_cells(table).empty());
  EXPECT_EQ(table.touched().size(), table.columns().size());
  EXPECT_EQ(table.error(), "");
  feed(table, "nr_dirty 1\npgfault 2\n");
  EXPECT_EQ(present_cells(table).size(), 2U);
}

TEST(Table, makes_names_printable_and_still_follows_them) {
  Table table = table_of(sources::diskstats, fixture("diskstats-name-not-utf8/proc/diskstats"));
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "nv\\xffme", "reads_completed"), 81);
  feed(table, disk("nv\xffme", 82));
  EXPECT_EQ(cell(table, "nv\\xffme", "reads_completed"), 82);
  EXPECT_EQ(table.rows().size(), 2U);
  EXPECT_EQ(table_of(sources::vmstat, std::string_view("a\0b 1\n", 6)).fields()[0].name, "a\\x00b");
}

TEST(Table, refuses_a_device_name_beyond_255_bytes) {
  const Table table =
      table_of(sources::diskstats, disk(std::string(100'000, 'x'), 1) + disk("sda", 2), {"x", "y"});
  EXPECT_EQ(table.error(), "diskstats line 1: has a name longer than 255 bytes");
  EXPECT_TRUE(table.excluded_rows() == std::vector<std::string>{"sda"});
}

TEST(Table, needs_the_buffer_it_is_given_no_longer_than_the_call) {
  Table table(sources::vmstat, {});
  procfs::TextBuffer buffer;
  buffer.assign("pgfault 1\n");
  table.update(buffer);
  buffer.assign("of another source");
  buffer.assign("pgfault 2\n");
  table.update(buffer);
  EXPECT_EQ(cell(table, "", "pgfault"), 2);
  EXPECT_EQ(table.touched().size(), 1U);
}

TEST(Table, follows_lines_around_a_text_without_final_newline) {
  Table table = table_of(sources::vmstat, "a 1\nb 2");
  feed(table, "a 1\nb 23");
  EXPECT_EQ(cell(table, "", "b"), 23);
  feed(table, "a 1\nb 23\n");
  EXPECT_EQ(cell(table, "", "b"), 23);
  feed(table, "a 1\nb 23\nc 4");
  EXPECT_EQ(cell(table, "", "c"), 4);
  feed(table, "a 1\nb 2");
  EXPECT_EQ(present_cells(table), (Cells{{{"", "a"}, 1}, {{"", "b"}, 2}}));
}

}  // namespace
}  // namespace tscollect::table
