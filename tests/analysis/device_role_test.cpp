#include "analysis/device_role.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tscollect::analysis {
namespace {

block::HostSource disks(const std::vector<block::HostRow>& rows) {
  block::HostSource source;
  source.name = "diskstats";
  source.row_dimension = "disk";
  source.row_attributes = {"major", "minor", "is_partition"};
  source.rows = rows;
  return source;
}

block::HostSource interfaces(const std::vector<std::string>& names) {
  block::HostSource source;
  source.name = "netdev";
  source.row_dimension = "interface";
  for (const std::string& name : names) source.rows.push_back({name, {}});
  return source;
}

std::vector<std::string> counted(const block::HostSource& source,
                                 const std::vector<DeviceRole>& roles) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < roles.size(); ++i)
    if (roles[i].counted) names.push_back(source.rows[i].name);
  return names;
}

std::vector<std::string> counted_disks(const std::vector<block::HostRow>& rows) {
  const block::HostSource source = disks(rows);
  return counted(source, disk_roles(source, std::vector<bool>(rows.size(), false)));
}

TEST(DeviceRole, counts_whole_disks_that_stand_on_nothing) {
  EXPECT_EQ(counted_disks({{"sda", {8, 0, 0}},
                           {"sda1", {8, 1, 1}},
                           {"dm-0", {253, 0, 0}},
                           {"md127", {9, 127, 0}},
                           {"loop3", {7, 3, 0}},
                           {"zram0", {252, 0, 0}},
                           {"mmcblk0", {179, 0, 0}},
                           {"vda", {254, 0, 0}}}),
            (std::vector<std::string>{"sda", "mmcblk0", "vda"}));
}

TEST(DeviceRole, knows_partitions_by_name_where_sysfs_did_not_say) {
  EXPECT_EQ(counted_disks({{"sda", {8, 0, -1}},
                           {"sda12", {8, 12, -1}},
                           {"sdaa", {65, 160, -1}},
                           {"nvme0n1", {259, 0, -1}},
                           {"nvme0n1p2", {259, 2, -1}},
                           {"nvme0n12", {259, 3, -1}}}),
            (std::vector<std::string>{"sda", "sdaa", "nvme0n1", "nvme0n12"}));
}

TEST(DeviceRole, counts_the_head_or_its_paths) {
  const block::HostSource source =
      disks({{"nvme0n1", {259, 0, 0}}, {"nvme0c0n1", {259, 1, 0}}, {"nvme0c1n1", {259, 2, 0}}});
  EXPECT_EQ(counted(source, disk_roles(source, {false, false, false})),
            (std::vector<std::string>{"nvme0n1"}));
  EXPECT_EQ(counted(source, disk_roles(source, {true, false, false})),
            (std::vector<std::string>{"nvme0c0n1", "nvme0c1n1"}));
}

TEST(DeviceRole, counts_interfaces_that_leave_the_host) {
  const block::HostSource source = interfaces({"lo", "eth0", "ib0", "bond0", "eth0.100", "br-4f",
                                               "vethf00", "docker0", "enp1s0", "brocade"});
  EXPECT_EQ(counted(source, interface_roles(source)),
            (std::vector<std::string>{"eth0", "ib0", "enp1s0", "brocade"}));
}

TEST(DeviceRole, is_called_as_the_file_would) {
  const block::HostSource some =
      disks({{"sda", {8, 0, 0}}, {"sda1", {8, 1, 1}}, {"dm-0", {253, 0, 0}}, {"loop0", {7, 0, 0}}});
  const auto roles = disk_roles(some, std::vector<bool>(4, false));
  EXPECT_EQ(roles[0].role, "disk");
  EXPECT_EQ(roles[1].role, "partition");
  EXPECT_EQ(roles[2].role, "stacked");
  EXPECT_EQ(roles[3].role, "virtual");
  const auto nets = interface_roles(interfaces({"lo", "eth0", "bond0", "veth1"}));
  EXPECT_EQ(nets[0].role, "loopback");
  EXPECT_EQ(nets[1].role, "physical");
  EXPECT_EQ(nets[2].role, "stacked");
  EXPECT_EQ(nets[3].role, "virtual");
}

TEST(DeviceRole, is_what_the_file_says_whatever_the_name) {
  block::HostSource some = disks({{"sda", {8, 0, 0}, {"stacked"}},
                                  {"dm-0", {253, 0, 0}, {"disk"}},
                                  {"sdb", {8, 16, 0}, {""}},
                                  {"nvme0n1", {259, 0, 0}, {"head"}},
                                  {"nvme0c0n1", {259, 1, 0}, {"path"}}});
  some.row_texts = {"role"};
  EXPECT_EQ(counted(some, disk_roles(some, std::vector<bool>(5, false))),
            (std::vector<std::string>{"dm-0", "sdb", "nvme0n1"}));
  EXPECT_EQ(counted(some, disk_roles(some, {false, false, false, true, false})),
            (std::vector<std::string>{"dm-0", "sdb", "nvme0c0n1"}));
  block::HostSource nets = interfaces({"eth0", "bond0", "veth3"});
  nets.row_texts = {"role"};
  nets.rows[0].texts = {"virtual"};
  nets.rows[1].texts = {"physical"};
  nets.rows[2].texts = {"made up"};
  EXPECT_EQ(counted(nets, interface_roles(nets)), (std::vector<std::string>{"bond0"}));
}

TEST(DeviceRole, counts_virtual_interfaces_where_there_are_no_others) {
  const block::HostSource source = interfaces({"lo", "veth1"});
  EXPECT_EQ(counted(source, interface_roles(source)), (std::vector<std::string>{"veth1"}));
}

}  // namespace
}  // namespace tscollect::analysis
