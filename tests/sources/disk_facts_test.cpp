#include "sources/device_facts.hpp"

#include "support/table_view.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace tscollect::sources {
namespace {

using test::fixture_path;

table::DeviceFacts facts_of(std::string_view disk) {
  return describe_disk(fixture_path("stacked-devices/sys"), disk);
}
std::string role_of(std::string_view disk) { return facts_of(disk).texts[0]; }
std::string lower_of(std::string_view disk) { return facts_of(disk).texts[1]; }

TEST(DiskFacts, knows_a_disk_of_its_own) {
  const table::DeviceFacts disk = facts_of("sdb");
  EXPECT_EQ(disk.numbers, (std::vector<std::int64_t>{0, 1, 7814037168 * 512}));
  EXPECT_EQ(disk.texts, (std::vector<std::string>{"disk", "", "ST4000NM0035-1V4"}));
  EXPECT_EQ(role_of("nvme2n1"), "disk") << "NVMe without multipath";
  EXPECT_EQ(role_of("rbd0"), "disk") << "has a parent of its own kind";
  EXPECT_EQ(role_of("cciss/c0d0"), "disk");
}

TEST(DiskFacts, knows_of_what_a_partition_is_a_part) {
  EXPECT_EQ(facts_of("sda2").texts,
            (std::vector<std::string>{"partition", "sda", "ST4000NM0035-1V4"}));
  EXPECT_EQ(facts_of("sda2").numbers, (std::vector<std::int64_t>{1, 1, 7811937280 * 512}));
  EXPECT_EQ(lower_of("nvme0n1p1"), "nvme0n1");
  EXPECT_EQ(lower_of("cciss/c0d0p1"), "cciss/c0d0");
}

TEST(DiskFacts, knows_on_what_stacked_devices_stand) {
  EXPECT_EQ(role_of("md0"), "stacked");
  EXPECT_EQ(lower_of("md0"), "sda2 sdb");
  EXPECT_EQ(lower_of("dm-0"), "md0");
  EXPECT_EQ(role_of("dm-1"), "stacked");
  EXPECT_EQ(lower_of("dm-1"), "sdc sdd") << "multipath of SCSI";
  EXPECT_EQ(role_of("bcache0"), "stacked");
  EXPECT_EQ(lower_of("bcache0"), "nvme2n1p1 sde");
}

TEST(DiskFacts, knows_the_paths_behind_an_nvme_head) {
  EXPECT_EQ(role_of("nvme0n1"), "head");
  EXPECT_EQ(lower_of("nvme0n1"), "nvme0c0n1 nvme0c1n1") << "below the controllers, by wwid";
  EXPECT_EQ(facts_of("nvme0n1").texts[2], "Dell Ent NVMe CM6 RI 7.68TB");
  EXPECT_EQ(lower_of("nvme0n2"), "nvme0c0n2 nvme0c1n2") << "listed by the kernel";
  EXPECT_EQ(role_of("nvme0c1n1"), "path");
  EXPECT_EQ(lower_of("nvme0c1n1"), "");
}

TEST(DiskFacts, takes_what_stands_on_nothing_that_sysfs_names_for_virtual) {
  for (const char* name : {"zd0", "loop0", "zram0", "nbd1"}) EXPECT_EQ(role_of(name), "virtual");
  EXPECT_EQ(role_of("nbd0"), "disk") << "a disk of the network, with a server";
}

/// What each device of the fixture was read from, by hand: files on /dev/sda2, …
TEST(DiskFacts, let_a_sum_count_every_byte_once) {
  const table::Table table =
      test::table_of(diskstats, test::fixture("stacked-devices/proc/diskstats"));
  std::int64_t sum = 0;
  for (const table::Row& row : table.rows()) {
    const std::string role = role_of(row.name);
    if (role == "disk" || role == "head") sum += *test::cell(table, row.name, "sectors_read");
  }
  // sda sdb sdc sdd sde, nvme0n1, nvme2n1, nbd0, rbd0, cciss/c0d0. The head nvme0n2 counts nothing:
  // whoever sums sees that and takes its paths, 700 and 300.
  EXPECT_EQ(sum, 4000 + 4000 + 3000 + 3000 + 2000 + 10000 + 1500 + 400 + 200 + 100);
}

TEST(DiskFacts, says_unknown_of_what_sysfs_does_not_have) {
  for (const char* name : {"hdc", "", ".", "..", "../..", "sda/sda1"}) {
    const table::DeviceFacts facts = facts_of(name);
    EXPECT_EQ(facts.numbers, (std::vector<std::int64_t>{-1, -1, -1})) << name;
    EXPECT_EQ(facts.texts, (std::vector<std::string>{"", "", ""})) << name;
  }
}

TEST(DiskFacts, survive_files_that_make_no_sense) {
  const test::TemporaryDirectory folder;
  folder.write("class/block/sda/dev", "");
  folder.write("class/block/sda/size", "18446744073709551615\n");
  folder.write("class/block/sda/queue/rotational", "perhaps\n");
  folder.write("class/block/sda/device/model", "  tab\there \x1b[31m\n");
  const table::DeviceFacts facts = describe_disk(folder.path(), "sda");
  EXPECT_EQ(facts.numbers, (std::vector<std::int64_t>{0, -1, -1}));
  EXPECT_EQ(facts.texts[2], "tab\\x09here \\x1b[31m");
}

}  // namespace
}  // namespace tscollect::sources
