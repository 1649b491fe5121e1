#include "options/host_list.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tscollect::options {
namespace {

std::string error_in(std::string_view list) {
  const auto hosts = expand_host_list(list);
  return hosts ? std::string() : hosts.error().message;
}

TEST(HostList, expands_what_slurm_writes) {
  EXPECT_EQ(*expand_host_list("node7"), (HostList{"node7"}));
  EXPECT_EQ(*expand_host_list("a[01-03,7],b[1-2]x"),
            (HostList{"a01", "a02", "a03", "a7", "b1x", "b2x"}));
  EXPECT_EQ(*expand_host_list("nid[000998-001001]"),
            (HostList{"nid000998", "nid000999", "nid001000", "nid001001"}));
  EXPECT_EQ(
      *expand_host_list("cn-[8-11].hpc.example"),
      (HostList{"cn-8.hpc.example", "cn-9.hpc.example", "cn-10.hpc.example", "cn-11.hpc.example"}));
  EXPECT_EQ(*expand_host_list("r[1-2]n[0-1]"), (HostList{"r1n0", "r1n1", "r2n0", "r2n1"}));
  EXPECT_EQ(*expand_host_list("login1, gpu[2]"), (HostList{"login1", "gpu2"}));
  EXPECT_EQ(*expand_host_list(""), HostList{});
}

TEST(HostList, names_a_host_once) {
  EXPECT_EQ(*expand_host_list("a1,a[1-2],a2"), (HostList{"a1", "a2"}));
}

TEST(HostList, quotes_what_is_no_list) {
  EXPECT_EQ(error_in("a[1-3"), "'a[1-3' has no closing bracket");
  EXPECT_EQ(error_in("a[3-1]"), "'3-1' is not a list of numbers");
  EXPECT_EQ(error_in("a[]"), "'' is not a list of numbers");
  EXPECT_EQ(error_in("a[1-]x[-2]"), "'-2' is not a list of numbers");
  EXPECT_EQ(error_in("a[1-2-3]"), "'1-2-3' is not a list of numbers");
  EXPECT_EQ(error_in("a[1-10:2]"), "'1-10:2' is not a list of numbers");
  EXPECT_EQ(error_in("a[1,]b"), "");
  EXPECT_EQ(error_in("a]1["), "'a]1[' has no closing bracket");
  EXPECT_EQ(error_in("a]1"), "'a]1' is not the name of a host");
  EXPECT_EQ(error_in("a,,b"), "'' is not the name of a host");
  EXPECT_EQ(error_in("a b"), "'a b' is not a list of hosts");
  EXPECT_EQ(error_in("../etc"), "'../etc' is not the name of a host");
  EXPECT_EQ(error_in("a\x1b[1]"), "'a\\x1b1' is not the name of a host");
}

TEST(HostList, is_not_made_to_name_more_than_anybody_has) {
  EXPECT_NE(error_in("a[1-999999999]").find("more than 100000 hosts"), std::string::npos);
  EXPECT_NE(error_in("a[0-999]b[0-999]c[0-999]").find("more than"), std::string::npos);
  EXPECT_NE(error_in("a[0-99999],b").find("more than"), std::string::npos);
  EXPECT_EQ(expand_host_list("a[1-100000]")->size(), most_hosts);
  EXPECT_NE(error_in("a[99999999999999999999]").find("not a list of numbers"), std::string::npos);
  EXPECT_NE(error_in(std::string(300, 'x')).find("not the name of a host"), std::string::npos);
}

TEST(HostList, reads_the_host_files_of_every_mpi) {
  EXPECT_EQ(parse_host_file("# Open MPI\nnode01 slots=16 max_slots=20\n\n  node02\tslots=8\r\n"
                            "node03:4  # Hydra\n10.0.0.7:8\nfe80::1\nnode01\n")
                ->names,
            (HostList{"node01", "node02", "node03", "10.0.0.7", "fe80::1"}));
  EXPECT_EQ(parse_host_file("node01\n^node02\n").error().message,
            "'^node02' is not the name of a host");
}

TEST(HostList, reads_a_file_with_a_line_for_each_slot) {
  EXPECT_EQ(parse_host_file("r1i0n3.ib0.cluster\nr1i0n3.ib0.cluster\nr1i0n4.ib0.cluster\n")->names,
            (HostList{"r1i0n3.ib0.cluster", "r1i0n4.ib0.cluster"}));
}

TEST(HostList, reads_the_two_forms_of_lsf) {
  EXPECT_EQ(*hosts_in_words("hostA hostA hostB"), (HostList{"hostA", "hostB"}));
  EXPECT_EQ(*hosts_with_slots("hostA 16 hostB 8"), (HostList{"hostA", "hostB"}));
  EXPECT_EQ(hosts_with_slots("hostA 16 hostB").error().message, "'' is not a number of slots");
  EXPECT_EQ(hosts_with_slots("hostA hostB").error().message, "'hostB' is not a number of slots");
}

TEST(HostList, takes_all_that_a_host_file_of_mpirun_holds) {
  const auto hosts = parse_host_file("me@node01 slots=4 max_slots=8\nnode02:8 # the other\n\n");
  ASSERT_TRUE(hosts) << hosts.error().message;
  EXPECT_EQ(hosts->names, (HostList{"node01", "node02"}));
  EXPECT_EQ(hosts->logins, (HostList{"me@node01", "node02"}));
}

}  // namespace
}  // namespace tscollect::options
