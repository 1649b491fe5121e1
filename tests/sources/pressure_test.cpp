#include "support/source_text_of.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace tscollect::sources {
namespace {

using namespace test;

table::Table pressure_of(const std::string& tree) {
  return table_of(pressure, source_text_of(pressure, tree));
}

TEST(Pressure, reads_the_totals_of_every_resource) {
  const table::Table table = pressure_of("linux-5.14");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(present_cells(table), (Cells{{{"", "cpu_some_total"}, 918273645546},
                                         {{"", "cpu_full_total"}, 0},
                                         {{"", "memory_some_total"}, 1928374},
                                         {{"", "memory_full_total"}, 928374},
                                         {{"", "io_some_total"}, 77665544332},
                                         {{"", "io_full_total"}, 66554433221}}));
}

TEST(Pressure, leaves_out_what_a_kernel_does_not_have) {
  EXPECT_EQ(cell(pressure_of("linux-4.18"), "", "cpu_full_total"), std::nullopt);
  EXPECT_EQ(pressure_of("linux-4.18").columns().size(), 5U);
  const table::Table newer = pressure_of("linux-6.18");
  EXPECT_EQ(cell(newer, "", "irq_full_total"), 5501723);
  EXPECT_EQ(cell(newer, "", "irq_some_total"), std::nullopt);
  EXPECT_EQ(newer.columns().size(), 7U);
}

TEST(Pressure, says_what_its_values_are) {
  const table::Table table = pressure_of("linux-6.18");
  for (const FieldDescription& field : table.fields()) {
    EXPECT_EQ(field.unit, "us");
    EXPECT_EQ(field.kind, Kind::counter);
    EXPECT_EQ(field.width_bits, 64);
  }
}

TEST(Pressure, keeps_a_line_that_a_newer_kernel_adds) {
  const table::Table table =
      table_of(pressure, "io some avg10=0.00 total=5\nio most avg10=0.00 total=7 x\n");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "", "io_some_total"), 5);
  EXPECT_EQ(cell(table, "", "io_most_total"), 7);
}

TEST(Pressure, names_a_total_that_is_no_number_and_keeps_the_rest) {
  const table::Table table = pressure_of("pressure-total-is-text");
  EXPECT_EQ(table.error(), "pressure/*: io_some_total: '12x' is not an integer");
  EXPECT_EQ(cell(table, "", "io_full_total"), 77);
  EXPECT_EQ(cell(table, "", "cpu_some_total"), 183726455);
}

TEST(Pressure, names_a_line_without_a_total) {
  const table::Table table = pressure_of("pressure-without-total");
  EXPECT_EQ(table.error(), "pressure/*: memory some has no total");
  EXPECT_EQ(cell(table, "", "memory_full_total"), 77);
}

TEST(Pressure, follows_averages_that_change_without_the_total) {
  table::Table table = table_of(pressure, "io some avg10=0.10 avg60=0.00 avg300=0.00 total=5\n");
  feed(table, "io some avg10=0.07 avg60=0.00 avg300=0.00 total=5\n");
  EXPECT_EQ(table.touched().size(), 0U);
  feed(table, "io some avg10=9.07 avg60=0.00 avg300=0.00 total=15\n");
  EXPECT_EQ(cell(table, "", "io_some_total"), 15);
  EXPECT_EQ(table.touched().size(), 1U);
}

TEST(Pressure, says_why_a_kernel_has_none) {
  const auto files = pressure.find_files({fixture_path("linux-3.10/proc"), {}});
  ASSERT_FALSE(files);
  EXPECT_TRUE(files.error().message.ends_with(
      "/linux-3.10/proc/pressure: there is no such folder: the kernel was built without pressure "
      "stall information, or booted without psi=1"))
      << files.error().message;
  EXPECT_EQ(pressure.explain_error("pressure/io", EOPNOTSUPP), "the kernel was booted with psi=0");
  EXPECT_EQ(pressure.explain_error("pressure/irq", EOPNOTSUPP),
            "the kernel does not account interrupt time");
  EXPECT_EQ(pressure.explain_error("pressure/io", EACCES), "");
}

}  // namespace
}  // namespace tscollect::sources
