#include "sources/device_facts.hpp"

#include "support/table_view.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tscollect::sources {
namespace {

using Texts = std::vector<std::string>;

table::DeviceFacts facts_of(std::string_view name) {
  return describe_interface(test::fixture_path("stacked-devices/sys"), name);
}

TEST(InterfaceFacts, knows_what_leaves_the_host) {
  const table::DeviceFacts facts = facts_of("ens1f0");
  EXPECT_EQ(facts.numbers, std::vector<std::int64_t>{100000});
  EXPECT_EQ(facts.texts, (Texts{"physical", "", "", "bond0", "mlx5_core", "ethernet"}));
  EXPECT_EQ(facts_of("ib0").texts, (Texts{"physical", "", "", "", "mlx5_core", "infiniband"}));
  EXPECT_EQ(facts_of("eno2").numbers, std::vector<std::int64_t>{-1}) << "no link";
}

TEST(InterfaceFacts, knows_each_role) {
  const std::map<std::string, std::pair<std::string, std::string>> wanted = {
      {"lo", {"loopback", ""}},
      {"eno1", {"physical", ""}},
      {"vmbr0", {"stacked", "bridge"}},
      {"virbr0", {"stacked", "bridge"}},
      {"bond0", {"stacked", "bond"}},
      {"bond0.100", {"stacked", "vlan"}},
      {"team0", {"stacked", ""}},
      {"bond9", {"stacked", "bond"}},
      {"ib0.8001", {"stacked", ""}},
      {"veth1a2b3c", {"virtual", ""}},
      {"tun0", {"virtual", "tun"}},
      {"dummy0", {"virtual", ""}},
      {"ens1f0_0", {"virtual", "representor"}}};
  for (const auto& [name, expected] : wanted) {
    EXPECT_EQ(facts_of(name).texts[0], expected.first) << name;
    EXPECT_EQ(facts_of(name).texts[1], expected.second) << name;
  }
}

TEST(InterfaceFacts, knows_what_stands_on_what) {
  const auto lower = [](std::string_view name) { return facts_of(name).texts[2]; };
  const auto upper = [](std::string_view name) { return facts_of(name).texts[3]; };
  EXPECT_EQ(lower("bond0"), "ens1f0 ens1f1");
  EXPECT_EQ(lower("bond0.100"), "bond0");
  EXPECT_EQ(upper("bond0"), "bond0.100");
  EXPECT_EQ(lower("team0"), "ens2 ens3");
  EXPECT_EQ(lower("vmbr0"), "eno1 veth1a2b3c");
  EXPECT_EQ(upper("eno1"), "vmbr0") << "once, though two links lead there";
  EXPECT_EQ(lower("bond9"), "eno2") << "a kernel without links";
  EXPECT_EQ(lower("ib0.8001"), "ib0");
}

TEST(InterfaceFacts, let_a_sum_count_every_byte_once) {
  const table::Table table = test::table_of(netdev, test::fixture("stacked-devices/proc/net/dev"));
  std::int64_t sum = 0;
  for (const table::Row& row : table.rows())
    if (facts_of(row.name).texts[0] == "physical") sum += *test::cell(table, row.name, "rx_bytes");
  EXPECT_EQ(sum, 70000 + 40000 + 60000 + 11000 + 12000 + 900000);
}

TEST(InterfaceFacts, says_unknown_of_what_sysfs_does_not_have) {
  for (const char* name : {"eth0:1", "", "..", "../net/lo"}) {
    EXPECT_EQ(facts_of(name).numbers, std::vector<std::int64_t>{-1}) << name;
    EXPECT_EQ(facts_of(name).texts, (Texts{"", "", "", "", "", ""})) << name;
  }
}

}  // namespace
}  // namespace tscollect::sources
