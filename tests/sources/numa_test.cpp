#include "support/source_text_of.hpp"

#include <gtest/gtest.h>

namespace tscollect::sources {
namespace {

using namespace test;

table::Table numa_of(const std::string& tree) { return table_of(numa, source_text_of(numa, tree)); }

TEST(Numa, reads_each_node) {
  const table::Table table = numa_of("linux-5.14");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(table.rows().size(), 8U);
  EXPECT_EQ(cell(table, "node7", "MemTotal"), 131862039);
  EXPECT_EQ(cell(table, "node0", "KReclaimable"), 5000);
  EXPECT_EQ(cell(table, "node3", "numa_hit"), 28374651);
  EXPECT_EQ(cell(table, "node3", "other_node"), 74651);
}

TEST(Numa, takes_what_a_kernel_has) {
  const table::Table old = numa_of("linux-2.6.18");
  EXPECT_EQ(old.error(), "");
  EXPECT_EQ(old.rows().size(), 1U);
  EXPECT_EQ(field_of(old, "KReclaimable"), nullptr);
  EXPECT_EQ(numa_of("linux-3.10").rows().size(), 2U);
  EXPECT_EQ(cell(numa_of("linux-6.18"), "node0", "Unaccepted"), 0);
}

TEST(Numa, says_what_its_values_are) {
  const table::Table table = numa_of("linux-5.14");
  EXPECT_EQ(field_of(table, "MemFree")->unit, "KiB");
  EXPECT_EQ(field_of(table, "MemFree")->kind, Kind::gauge);
  EXPECT_EQ(field_of(table, "HugePages_Free")->unit, "count");
  EXPECT_EQ(field_of(table, "numa_miss")->unit, "pages");
  EXPECT_EQ(field_of(table, "numa_miss")->kind, Kind::counter);
}

TEST(Numa, names_the_one_bad_value_among_good_ones) {
  const table::Table colon = numa_of("numa-meminfo-without-colon");
  EXPECT_NE(colon.error().find("node0 meminfo is not 'Node N key: value'"), std::string::npos)
      << colon.error();
  EXPECT_EQ(cell(colon, "node0", "MemTotal"), 131862032);
  const table::Table text = numa_of("numa-numastat-is-text");
  EXPECT_NE(text.error().find("node0.numa_hit: 'few' is not an integer"), std::string::npos)
      << text.error();
  EXPECT_EQ(cell(text, "node0", "numa_miss"), 17);
}

}  // namespace
}  // namespace tscollect::sources
