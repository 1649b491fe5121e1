#include "support/table_view.hpp"

#include <gtest/gtest.h>

namespace tscollect::sources {
namespace {

using namespace test;

constexpr const char* fields[] = {"rx_bytes", "rx_packets",    "rx_errors",     "rx_dropped",
                                  "rx_fifo",  "rx_frame",      "rx_compressed", "rx_multicast",
                                  "tx_bytes", "tx_packets",    "tx_errors",     "tx_dropped",
                                  "tx_fifo",  "tx_collisions", "tx_carrier",    "tx_compressed"};

table::Table netdev_of(std::string_view text) { return table_of(netdev, text); }

TEST(Netdev, reads_16_statistics_in_their_order) {
  const table::Table table = netdev_of("  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n");
  EXPECT_EQ(table.error(), "");
  ASSERT_EQ(table.fields().size(), 16U);
  for (std::int64_t i = 0; i < 16; ++i) EXPECT_EQ(cell(table, "eth0", fields[i]), i + 1);
}

TEST(Netdev, reads_every_kernel_and_skips_the_headings) {
  for (const auto& [kernel, interfaces] : {std::pair{"linux-2.6.18", 3U},
                                           {"linux-3.10", 3U},
                                           {"linux-4.18", 4U},
                                           {"linux-5.14", 4U},
                                           {"linux-6.18", 4U},
                                           {"container-lxcfs", 2U}}) {
    const table::Table table = netdev_of(fixture(std::string(kernel) + "/proc/net/dev"));
    EXPECT_EQ(table.error(), "") << kernel;
    EXPECT_EQ(table.rows().size(), interfaces) << kernel;
    EXPECT_EQ(table.columns().size(), interfaces * 16) << kernel;
  }
  const table::Table table = netdev_of(fixture("linux-4.18/proc/net/dev"));
  EXPECT_EQ(cell(table, "hsn0", "rx_bytes"), 2817263548192);
  EXPECT_EQ(cell(table, "hsn0", "rx_multicast"), 12);
  EXPECT_EQ(cell(table, "hsn0", "tx_bytes"), 1928374655102);
}

TEST(Netdev, splits_a_number_that_sticks_to_the_colon) {
  const table::Table table = netdev_of(fixture("netdev-glued-colon/proc/net/dev"));
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "eth0", "rx_bytes"), 1296123456);
  EXPECT_EQ(cell(netdev_of(fixture("linux-2.6.18/proc/net/dev")), "eth0", "rx_bytes"), 3918273645);
}

TEST(Netdev, keeps_the_colon_of_an_alias_in_its_name) {
  const table::Table table = netdev_of(fixture("netdev-alias-colon/proc/net/dev"));
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "eth0:1", "rx_bytes"), 1296);
  EXPECT_EQ(cell(table, "eth0:2", "rx_bytes"), 77);
  EXPECT_EQ(cell(table, "eth0", "rx_bytes"), 1296);
}

TEST(Netdev, takes_a_device_that_counts_nothing_as_absent) {
  const table::Table table = netdev_of(fixture("linux-2.6.18/proc/net/dev"));
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(row_of(table, "sit0"), nullptr);
}

TEST(Netdev, keeps_the_statistics_of_kernels_to_come) {
  const table::Table table = netdev_of("eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18\n");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "eth0", "statistic_17"), 17);
  EXPECT_EQ(cell(table, "eth0", "statistic_18"), 18);
}

TEST(Netdev, reads_long_names_and_long_lines) {
  const std::string name(200, 'v');
  std::string text = name + ":";
  for (int i = 0; i < 16; ++i) text += std::string(500, ' ') + "18446744073709551615";
  const table::Table table = netdev_of(text + "\n");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, name, "tx_compressed"), -1);
  EXPECT_TRUE(table.columns().back().beyond_int64);
}

TEST(Netdev, takes_nothing_from_a_line_cut_short) {
  const table::Table table = netdev_of(fixture("netdev-line-cut-short/proc/net/dev"));
  EXPECT_EQ(table.error(), "net/dev line 4: eth0 has fewer than 16 statistics");
  EXPECT_EQ(row_of(table, "eth0"), nullptr);
  EXPECT_EQ(cell(table, "lo", "rx_bytes"), 0);
}

TEST(Netdev, says_which_line_has_no_colon) {
  const table::Table table = netdev_of(fixture("netdev-without-colon/proc/net/dev"));
  EXPECT_EQ(table.error(), "net/dev line 4: has no colon after an interface name");
  EXPECT_EQ(cell(table, "lo", "rx_bytes"), 0);
}

TEST(Netdev, refuses_a_line_without_a_name_or_with_two) {
  EXPECT_EQ(netdev_of(" : 1 2\n").error(), "net/dev line 1: has no interface name");
  EXPECT_EQ(netdev_of("eth0 12: 1 2\n").error(),
            "net/dev line 1: eth0 is not all of what precedes ':'");
}

TEST(Netdev, names_the_bad_field_and_keeps_the_others) {
  const table::Table table = netdev_of("eth0: 1 2 x 4 5 6 7 8 9 10 11 12 13 14 15 16\n");
  EXPECT_EQ(table.error(), "net/dev line 1: eth0.rx_errors: 'x' is not an integer");
  EXPECT_EQ(cell(table, "eth0", "rx_errors"), std::nullopt);
  EXPECT_EQ(cell(table, "eth0", "rx_dropped"), 4);
}

TEST(Netdev, describes_every_statistic_as_a_counter) {
  const table::Table table = netdev_of(fixture("linux-6.18/proc/net/dev"));
  for (const FieldDescription& field : table.fields()) {
    EXPECT_EQ(field.kind, Kind::counter) << field.name;
    EXPECT_EQ(field.width_bits, 64) << field.name;
  }
  EXPECT_EQ(field_of(table, "rx_bytes")->unit, "bytes");
  EXPECT_EQ(field_of(table, "tx_packets")->unit, "packets");
  EXPECT_EQ(field_of(table, "tx_collisions")->unit, "count");
}

}  // namespace
}  // namespace tscollect::sources
