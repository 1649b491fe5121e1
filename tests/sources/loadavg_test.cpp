#include "support/table_view.hpp"

#include <gtest/gtest.h>

namespace tscollect::sources {
namespace {

using namespace test;

table::Table loadavg_of(std::string_view text) { return table_of(loadavg, text); }

TEST(Loadavg, reads_averages_and_counts) {
  const table::Table table = loadavg_of(fixture("linux-3.10/proc/loadavg"));
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(real_cell(table, "load_1min"), 15.98);
  EXPECT_EQ(real_cell(table, "load_5min"), 15.87);
  EXPECT_EQ(real_cell(table, "load_15min"), 12.04);
  EXPECT_EQ(cell(table, "", "running_processes"), 17);
  EXPECT_EQ(cell(table, "", "total_processes"), 612);
  EXPECT_EQ(table.columns().size(), 5U) << "the latest process id is no metric";
}

TEST(Loadavg, describes_averages_as_reals_and_counts_as_integers) {
  const table::Table table = loadavg_of(fixture("linux-5.14/proc/loadavg"));
  EXPECT_EQ(loadavg.description.value_type, ValueType::real);
  EXPECT_EQ(field_of(table, "load_1min")->type, ValueType::real);
  EXPECT_EQ(field_of(table, "total_processes")->type, ValueType::integer);
  for (const FieldDescription& field : table.fields()) EXPECT_EQ(field.kind, Kind::gauge);
}

TEST(Loadavg, survives_what_a_newer_kernel_might_add) {
  const table::Table table = loadavg_of("0.15 0.27 0.31 2/489 128711 7 more\n");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(table.columns().size(), 5U);
}

TEST(Loadavg, leaves_out_an_average_that_is_not_a_number) {
  const table::Table table = loadavg_of(fixture("loadavg-not-a-number/proc/loadavg"));
  EXPECT_EQ(table.error(), "loadavg line 1: load_5min: 'nan' is not a number");
  EXPECT_EQ(real_cell(table, "load_5min"), std::nullopt);
  EXPECT_EQ(real_cell(table, "load_1min"), 0.02);
  EXPECT_EQ(cell(table, "", "total_processes"), 23);
}

TEST(Loadavg, does_not_take_a_comma_for_a_point) {
  const table::Table table = loadavg_of(fixture("loadavg-decimal-comma/proc/loadavg"));
  EXPECT_EQ(table.error(), "loadavg line 1: load_1min: '0,02' is not a number (and 2 more)");
  EXPECT_EQ(cell(table, "", "running_processes"), 1);
}

TEST(Loadavg, keeps_the_averages_of_a_line_without_the_pair_of_counts) {
  const table::Table table = loadavg_of(fixture("loadavg-without-slash/proc/loadavg"));
  EXPECT_EQ(table.error(), "loadavg line 1: has no running/total pair in fourth place");
  EXPECT_EQ(real_cell(table, "load_15min"), 0.01);
  EXPECT_EQ(cell(table, "", "total_processes"), std::nullopt);
}

TEST(Loadavg, names_each_missing_part_of_a_short_line) {
  const table::Table table = loadavg_of("0.15\n");
  EXPECT_EQ(table.error(), "loadavg line 1: load_5min: '' is not a number (and 2 more)");
  EXPECT_EQ(real_cell(table, "load_1min"), 0.15);
}

TEST(Loadavg, follows_a_changing_load) {
  table::Table table = loadavg_of("0.15 0.27 0.31 2/489 128711\n");
  feed(table, "10.15 0.27 0.31 12/499 128722\n");
  EXPECT_EQ(real_cell(table, "load_1min"), 10.15);
  EXPECT_EQ(cell(table, "", "running_processes"), 12);
  EXPECT_EQ(table.touched().size(), 3U);
}

TEST(Loadavg, does_not_mistake_a_negative_zero_for_a_missing_value) {
  const table::Table table = loadavg_of("-0.00 0.27 0.31 2/489 128711\n");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(real_cell(table, "load_1min"), 0.0);
}

}  // namespace
}  // namespace tscollect::sources
