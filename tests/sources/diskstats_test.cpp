#include "support/table_view.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace tscollect::sources {
namespace {

using namespace test;

table::Table diskstats_of(std::string_view text) { return table_of(diskstats, text); }

TEST(Diskstats, reads_the_11_statistics_of_linux_3_10) {
  const table::Table table = diskstats_of(fixture("linux-3.10/proc/diskstats"));
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(table.rows().size(), 7U);
  EXPECT_EQ(table.fields().size(), 11U);
  EXPECT_EQ(cell(table, "sda", "reads_completed"), 71243);
  EXPECT_EQ(cell(table, "sda", "reads_merged"), 1289);
  EXPECT_EQ(cell(table, "sda", "sectors_read"), 4872310);
  EXPECT_EQ(cell(table, "sda", "time_reading_ms"), 58213);
  EXPECT_EQ(cell(table, "sda", "writes_completed"), 1287345);
  EXPECT_EQ(cell(table, "sda", "writes_merged"), 391028);
  EXPECT_EQ(cell(table, "sda", "sectors_written"), 39182736);
  EXPECT_EQ(cell(table, "sda", "time_writing_ms"), 2918273);
  EXPECT_EQ(cell(table, "sda", "ios_in_progress"), 0);
  EXPECT_EQ(cell(table, "sda", "time_doing_ios_ms"), 712938);
  EXPECT_EQ(cell(table, "sda", "weighted_time_doing_ios_ms"), 2976012);
  EXPECT_EQ(cell(table, "sda", "discards_completed"), std::nullopt);
  EXPECT_EQ(cell(table, "nvme0n1", "ios_in_progress"), 4294967295);
}

TEST(Diskstats, reads_the_15_statistics_of_linux_4_18) {
  const table::Table table = diskstats_of(fixture("linux-4.18/proc/diskstats"));
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(table.fields().size(), 15U);
  EXPECT_EQ(cell(table, "dm-0", "discards_completed"), 1024);
  EXPECT_EQ(cell(table, "dm-0", "discards_merged"), 0);
  EXPECT_EQ(cell(table, "dm-0", "sectors_discarded"), 8388608);
  EXPECT_EQ(cell(table, "dm-0", "time_discarding_ms"), 736);
}

TEST(Diskstats, reads_the_17_statistics_of_linux_5_5_and_later) {
  for (const char* kernel : {"linux-5.14", "linux-6.18"}) {
    const table::Table table = diskstats_of(fixture(std::string(kernel) + "/proc/diskstats"));
    EXPECT_EQ(table.error(), "");
    EXPECT_EQ(table.fields().size(), 17U);
  }
  const table::Table table = diskstats_of(fixture("linux-5.14/proc/diskstats"));
  EXPECT_EQ(cell(table, "nvme0n1", "flush_requests_completed"), 18273);
  EXPECT_EQ(cell(table, "nvme0n1", "time_flushing_ms"), 242623);
}

TEST(Diskstats, gives_the_4_statistics_of_a_2_6_partition_their_own_meaning) {
  const table::Table table = diskstats_of(fixture("linux-2.6.18/proc/diskstats"));
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "sda2", "reads_completed"), 150388);
  EXPECT_EQ(cell(table, "sda2", "sectors_read"), 5158970);
  EXPECT_EQ(cell(table, "sda2", "writes_completed"), 5556062);
  EXPECT_EQ(cell(table, "sda2", "sectors_written"), 44451488);
  EXPECT_EQ(cell(table, "sda2", "reads_merged"), std::nullopt);
  EXPECT_EQ(cell(table, "sda2", "time_reading_ms"), std::nullopt);
  EXPECT_EQ(cell(table, "sda", "reads_merged"), 45128);
}

TEST(Diskstats, keeps_the_statistics_of_kernels_to_come) {
  const table::Table table = diskstats_of(fixture("diskstats-more-statistics/proc/diskstats"));
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "sda", "statistic_18"), 9);
  ASSERT_NE(field_of(table, "statistic_18"), nullptr);
  EXPECT_EQ(field_of(table, "statistic_18")->unit, "unknown");
  EXPECT_EQ(field_of(table, "statistic_18")->kind, Kind::unknown);
}

TEST(Diskstats, keeps_a_gauge_below_zero) {
  const table::Table table = diskstats_of(fixture("diskstats-negative-in-progress/proc/diskstats"));
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "sda", "ios_in_progress"), -1);
}

TEST(Diskstats, names_the_bad_field_and_keeps_the_others) {
  const table::Table table = diskstats_of(fixture("diskstats-field-is-text/proc/diskstats"));
  EXPECT_EQ(table.error(), "diskstats line 1: sda.sectors_read: 'lots' is not an integer");
  EXPECT_EQ(cell(table, "sda", "sectors_read"), std::nullopt);
  EXPECT_EQ(cell(table, "sda", "reads_merged"), 12);
  EXPECT_EQ(cell(table, "sda", "time_reading_ms"), 4102);
  EXPECT_EQ(cell(table, "nvme0n1", "sectors_read"), 20806);
}

TEST(Diskstats, takes_nothing_from_a_line_cut_short) {
  const table::Table table = diskstats_of(fixture("diskstats-line-cut-short/proc/diskstats"));
  EXPECT_EQ(table.error(),
            "diskstats line 2: nvme0n1 has fewer than 11 statistics, and not the 4 of a 2.6 "
            "partition");
  EXPECT_EQ(row_of(table, "nvme0n1"), nullptr);
  EXPECT_EQ(cell(table, "sda", "reads_completed"), 5123);
}

TEST(Diskstats, says_what_else_is_missing_from_a_line) {
  EXPECT_EQ(diskstats_of("8 0\n").error(), "diskstats line 1: has no device name");
  EXPECT_EQ(diskstats_of("8\n").error(), "diskstats line 1: does not begin with a device number");
  EXPECT_EQ(diskstats_of("sda 1 2\n").error(),
            "diskstats line 1: does not begin with a device number");
  EXPECT_EQ(diskstats_of("8 0 sda\n8 1 sdb\n").error(),
            "diskstats line 1: sda has fewer than 11 statistics, and not the 4 of a 2.6 "
            "partition (and 1 more)");
}

TEST(Diskstats, keeps_device_numbers) {
  const table::Table table = diskstats_of(fixture("linux-2.6.18/proc/diskstats"));
  using Attributes = std::vector<std::int64_t>;
  EXPECT_EQ(row_of(table, "sda")->attributes, (Attributes{8, 0}));
  EXPECT_EQ(row_of(table, "cciss/c0d0p1")->attributes, (Attributes{104, 1}));
}

TEST(Diskstats, is_described_by_sysfs_once_it_is_known) {
  table::Table table(diskstats, {});
  feed(table, "8 1 sda1 1 2 3 4 5 6 7 8 9 10 11\n");
  const std::uint64_t version = table.layout_version();
  table.describe_row(0, diskstats.describe_device(fixture_path("linux-5.14/sys"), "sda1"));
  EXPECT_GT(table.layout_version(), version);
  EXPECT_EQ(row_of(table, "sda1")->attributes, (std::vector<std::int64_t>{8, 1, 1, -1, -1}));
  EXPECT_EQ(row_of(table, "sda1")->texts.front(), "partition");
}

TEST(Diskstats, describes_units_kinds_and_widths) {
  const table::Table table = diskstats_of(fixture("linux-5.14/proc/diskstats"));
  const auto describes = [&](std::string_view name, std::string_view unit, Kind kind, int width) {
    const FieldDescription* field = field_of(table, name);
    ASSERT_NE(field, nullptr) << name;
    EXPECT_EQ(field->unit, unit) << name;
    EXPECT_EQ(field->kind, kind) << name;
    EXPECT_EQ(field->width_bits, width) << name;
  };
  for (const char* name : {"reads_completed", "reads_merged", "writes_completed", "writes_merged",
                           "discards_completed", "discards_merged", "flush_requests_completed"})
    describes(name, "count", Kind::counter, 0);
  for (const char* name : {"sectors_read", "sectors_written", "sectors_discarded"})
    describes(name, "512-byte sectors", Kind::counter, 0);
  for (const char* name : {"time_reading_ms", "time_writing_ms", "time_doing_ios_ms",
                           "weighted_time_doing_ios_ms", "time_discarding_ms", "time_flushing_ms"})
    describes(name, "ms", Kind::counter, 32);
  describes("ios_in_progress", "count", Kind::gauge, 0);
}

}  // namespace
}  // namespace tscollect::sources
