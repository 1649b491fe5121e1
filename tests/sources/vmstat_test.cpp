#include "support/table_view.hpp"

#include <gtest/gtest.h>

namespace tscollect::sources {
namespace {

using namespace test;

table::Table vmstat_of(std::string_view text) { return table_of(vmstat, text); }

TEST(Vmstat, reads_the_keys_of_every_kernel) {
  for (const auto& [kernel, keys] : {std::pair{"linux-2.6.18", 51U},
                                     {"linux-3.10", 120U},
                                     {"linux-4.18", 136U},
                                     {"linux-5.14", 171U},
                                     {"linux-6.18", 192U}}) {
    const table::Table table = vmstat_of(fixture(std::string(kernel) + "/proc/vmstat"));
    EXPECT_EQ(table.error(), "") << kernel;
    EXPECT_EQ(present_cells(table).size(), keys) << kernel;
  }
  const table::Table table = vmstat_of(fixture("linux-3.10/proc/vmstat"));
  EXPECT_EQ(cell(table, "", "nr_free_pages"), 22956841);
  EXPECT_EQ(cell(table, "", "pgpgout"), 1980591368);
}

TEST(Vmstat, takes_keys_that_appear_and_drops_values_of_those_that_vanish) {
  table::Table table = vmstat_of("nr_dirty 1\nnr_unstable 2\npgfault 3\n");
  feed(table, "nr_dirty 1\npgfault 4\nzswpwb 5\n");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(present_cells(table),
            (Cells{{{"", "nr_dirty"}, 1}, {{"", "pgfault"}, 4}, {{"", "zswpwb"}, 5}}));
}

TEST(Vmstat, keeps_values_below_zero) {
  const table::Table table = vmstat_of(fixture("vmstat-negative/proc/vmstat"));
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "", "pgpgin"), -4096);
}

TEST(Vmstat, keeps_values_beyond_63_bits_by_their_bits_and_says_so) {
  const table::Table table = vmstat_of(fixture("vmstat-value-beyond-63-bits/proc/vmstat"));
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "", "pgpgin"), -1);
  for (const table::TableColumn& column : table.columns())
    EXPECT_EQ(column.beyond_int64, table.fields()[column.field].name == "pgpgin");
}

TEST(Vmstat, names_a_value_that_64_bits_do_not_hold_and_keeps_the_others) {
  const table::Table table = vmstat_of(fixture("vmstat-value-beyond-64-bits/proc/vmstat"));
  EXPECT_EQ(table.error(), "vmstat line 3: pgpgin: '18446744073709551616' does not fit 64 bits");
  EXPECT_EQ(present_cells(table), (Cells{{{"", "nr_free_pages"}, 262144},
                                         {{"", "nr_dirtied"}, 1024},
                                         {{"", "nr_unstable"}, 0}}));
}

TEST(Vmstat, names_the_one_value_that_cannot_be_stored) {
  const table::Table table = vmstat_of(fixture("vmstat-value-is-reserved/proc/vmstat"));
  EXPECT_EQ(
      table.error(),
      "vmstat line 3: pgpgin: '9223372036854775808' cannot be stored: its bits mean 'missing'");
  EXPECT_EQ(cell(table, "", "pgpgin"), std::nullopt);
}

TEST(Vmstat, names_a_key_without_a_value) {
  const table::Table table = vmstat_of(fixture("vmstat-value-missing/proc/vmstat"));
  EXPECT_EQ(table.error(), "vmstat line 3: pgpgin: '' is not an integer");
  EXPECT_EQ(cell(table, "", "nr_unstable"), 0);
}

TEST(Vmstat, shows_nul_bytes_in_its_message) {
  const table::Table table = vmstat_of(fixture("vmstat-nul-bytes/proc/vmstat"));
  EXPECT_EQ(table.error(), "vmstat line 3: pgpgin: '4\\x00\\x00\\x00' is not an integer");
}

TEST(Vmstat, reads_a_last_line_without_newline) {
  table::Table table = vmstat_of(fixture("vmstat-without-final-newline/proc/vmstat"));
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "", "nr_unstable"), 0);
  feed(table, "nr_free_pages 262144\nnr_dirtied 1024\npgpgin 4096\nnr_unstable 07");
  EXPECT_EQ(cell(table, "", "nr_unstable"), 7);
}

TEST(Vmstat, ignores_what_may_one_day_follow_the_value) {
  const table::Table table = vmstat_of("pgfault 3 since boot\n");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "", "pgfault"), 3);
}

TEST(Vmstat, refuses_keys_that_no_kernel_would_print) {
  const table::Table table = vmstat_of(std::string(256, 'k') + " 1\npgfault 3\n");
  EXPECT_EQ(table.error(), "vmstat line 1: has a name longer than 255 bytes");
  EXPECT_EQ(table.fields().size(), 1U);
}

}  // namespace
}  // namespace tscollect::sources
