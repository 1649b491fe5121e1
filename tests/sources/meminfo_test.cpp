#include "support/table_view.hpp"

#include <gtest/gtest.h>

namespace tscollect::sources {
namespace {

using namespace test;

table::Table meminfo_of(std::string_view text) { return table_of(meminfo, text); }

TEST(Meminfo, reads_the_keys_of_every_kernel) {
  for (const auto& [kernel, keys] : {std::pair{"linux-2.6.18", 30U},
                                     {"linux-3.10", 46U},
                                     {"linux-5.14", 56U},
                                     {"linux-6.18", 54U}}) {
    const table::Table table = meminfo_of(fixture(std::string(kernel) + "/proc/meminfo"));
    EXPECT_EQ(table.error(), "") << kernel;
    EXPECT_EQ(table.columns().size(), keys) << kernel;
  }
  const table::Table table = meminfo_of(fixture("linux-3.10/proc/meminfo"));
  EXPECT_EQ(cell(table, "", "MemTotal"), 131747856);
  EXPECT_EQ(cell(table, "", "DirectMap1G"), 122683392);
}

TEST(Meminfo, keeps_brackets_in_keys) {
  const table::Table table = meminfo_of(fixture("linux-3.10/proc/meminfo"));
  EXPECT_EQ(cell(table, "", "Active(anon)"), 8172634);
  EXPECT_EQ(cell(table, "", "Inactive(file)"), 8980798);
}

TEST(Meminfo, keeps_counts_without_a_unit) {
  const table::Table table = meminfo_of(fixture("linux-3.10/proc/meminfo"));
  EXPECT_EQ(cell(table, "", "HugePages_Total"), 1024);
  EXPECT_EQ(field_of(table, "HugePages_Total")->unit, "count");
  EXPECT_EQ(field_of(table, "Hugepagesize")->unit, "KiB");
}

TEST(Meminfo, describes_every_key_of_every_fixture) {
  for (const char* kernel : {"linux-2.6.18", "linux-3.10", "linux-4.18", "linux-5.14", "linux-6.18",
                             "container-lxcfs"}) {
    const table::Table table = meminfo_of(fixture(std::string(kernel) + "/proc/meminfo"));
    for (const FieldDescription& field : table.fields()) {
      EXPECT_EQ(field.unit, field.name.starts_with("HugePages_") ? "count" : "KiB") << field.name;
      EXPECT_EQ(field.kind, Kind::gauge) << field.name;
      EXPECT_EQ(field.type, ValueType::integer) << field.name;
    }
  }
}

TEST(Meminfo, reads_zero_padded_values_as_decimal) {
  const table::Table table = meminfo_of(fixture("meminfo-zero-padded/proc/meminfo"));
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "", "MemFree"), 1048576);
  EXPECT_EQ(cell(table, "", "HugePages_Total"), 10);
}

TEST(Meminfo, passes_on_a_unit_it_does_not_know) {
  const table::Table table = meminfo_of("Something: 12 MB\n");
  EXPECT_EQ(cell(table, "", "Something"), 12);
  EXPECT_EQ(field_of(table, "Something")->unit, "MB");
}

TEST(Meminfo, reads_a_value_that_sticks_to_its_colon) {
  EXPECT_EQ(cell(meminfo_of("MemTotal:12345678901234 kB\n"), "", "MemTotal"), 12345678901234);
}

TEST(Meminfo, reads_trees_that_were_copied_with_windows_line_ends) {
  const table::Table table = meminfo_of(fixture("meminfo-windows-line-ends/proc/meminfo"));
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "", "MemFree"), 1048576);
  EXPECT_EQ(field_of(table, "MemFree")->unit, "KiB");
}

TEST(Meminfo, says_which_line_has_no_colon_and_keeps_the_others) {
  const table::Table table = meminfo_of(fixture("meminfo-without-colon/proc/meminfo"));
  EXPECT_EQ(table.error(), "meminfo line 2: is not 'key: value'");
  EXPECT_EQ(cell(table, "", "MemTotal"), 8388608);
  EXPECT_EQ(cell(table, "", "HugePages_Total"), 4);
  EXPECT_EQ(table.columns().size(), 3U);
}

TEST(Meminfo, says_which_key_has_no_value) {
  const table::Table table = meminfo_of(fixture("meminfo-value-missing/proc/meminfo"));
  EXPECT_EQ(table.error(), "meminfo line 2: MemFree: '' is not an integer");
  EXPECT_EQ(cell(table, "", "MemFree"), std::nullopt);
  EXPECT_EQ(cell(table, "", "MemTotal"), 8388608);
}

TEST(Meminfo, refuses_a_line_without_a_key) {
  EXPECT_EQ(meminfo_of(": 12 kB\n").error(), "meminfo line 1: is not 'key: value'");
}

TEST(Meminfo, skips_the_table_that_linux_2_4_begins_with) {
  constexpr std::string_view text =
      "        total:    used:    free:  shared: buffers:  cached:\n"
      "Mem:  260000000 136000000 124000000        0  4900000 94000000\n"
      "Swap:        0        0        0\n"
      "MemTotal:         254472 kB\n"
      "MemFree:          121588 kB\n";
  table::Table table = meminfo_of(text);
  feed(table, text);
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(table.columns().size(), 2U);
  EXPECT_EQ(cell(table, "", "MemTotal"), 254472);
  EXPECT_EQ(field_of(table, "MemFree")->unit, "KiB");
  EXPECT_EQ(cell(meminfo_of("Mem: 5 kB\nSwap: 6\n"), "", "Mem"), 5) << "a key of that name";
}

TEST(Meminfo, takes_names_that_print_alike_for_one) {
  table::Table table = meminfo_of("\xf3x: 1 kB\n");
  feed(table, "\\xf3x: 2 kB\n");
  EXPECT_EQ(cell(table, "", "\\xf3x"), 2);
  feed(table, "\\xf3x: 3 kB\n\xf3x: 4 kB\n");
  EXPECT_EQ(table.fields().size(), 1U);
  EXPECT_EQ(cell(table, "", "\\xf3x"), 4);
}

TEST(Meminfo, takes_a_key_that_appears_and_drops_the_value_of_one_that_vanishes) {
  table::Table table = meminfo_of("MemTotal: 8 kB\nMemFree: 4 kB\n");
  feed(table, "MemTotal: 8 kB\nMemNew: 2 kB\n");
  EXPECT_EQ(cell(table, "", "MemFree"), std::nullopt);
  EXPECT_EQ(cell(table, "", "MemNew"), 2);
}

}  // namespace
}  // namespace tscollect::sources
