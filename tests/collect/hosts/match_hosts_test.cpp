#include "collect/hosts/match_hosts.hpp"

#include <gtest/gtest.h>

namespace tscollect::collect {
namespace {

using Names = std::vector<std::string>;

HostMatch roll_of(const options::HostList& asked_for, const Names& present) {
  std::vector<PresentHost> hosts;
  for (const std::string& name : present) hosts.push_back({name, ""});
  return match_hosts(asked_for, hosts);
}

TEST(HostMatch, names_those_without_a_rank) {
  EXPECT_EQ(roll_of({"a", "b", "c"}, {"c", "a"}).missing, Names{"b"});
  EXPECT_EQ(roll_of({"a", "b"}, {"a", "b"}).missing, Names{});
  EXPECT_EQ(roll_of({}, {"a"}).missing, Names{});
}

TEST(HostMatch, takes_a_short_name_and_a_full_one_for_one_host) {
  EXPECT_EQ(
      roll_of({"node01", "node02"}, {"node02.cluster.example", "node01.cluster.example"}).missing,
      Names{});
  EXPECT_EQ(roll_of({"node01.cluster.example", "node02.cluster.example"}, {"NODE02"}).missing,
            Names{"node01.cluster.example"});
}

TEST(HostMatch, never_takes_two_domains_for_one) {
  EXPECT_EQ(roll_of({"n1.a.example", "n1.b.example"}, {"n1.b.example"}).missing,
            Names{"n1.a.example"});
  // One short name cannot be both.
  EXPECT_EQ(roll_of({"n1.a.example", "n1.b.example"}, {"n1"}).missing, Names{"n1.b.example"});
}

TEST(HostMatch, gives_equal_names_precedence) {
  const HostMatch roll = roll_of({"n1", "n1.b.example"}, {"n1.b.example", "n1"});
  EXPECT_EQ(roll.missing, Names{});
  EXPECT_FALSE(roll.taken_for[0] || roll.taken_for[1]);
}

TEST(HostMatch, knows_a_host_by_the_batch_systems_name_for_it) {
  const std::vector<PresentHost> hosts = {{"vm-17", "node03"}, {"vm-18", "node01"}};
  const HostMatch roll = match_hosts({"node01", "node02", "node03"}, hosts);
  EXPECT_EQ(roll.missing, Names{"node02"});
  EXPECT_FALSE(roll.taken_for[0] || roll.taken_for[1]);
}

TEST(HostMatch, prefers_the_hosts_own_name_where_every_rank_has_the_launchers) {
  const std::vector<PresentHost> hosts = {{"node02", "node01"}, {"node01", "node01"}};
  const HostMatch roll = match_hosts({"node01", "node02"}, hosts);
  EXPECT_EQ(roll.missing, Names{});
  EXPECT_FALSE(roll.taken_for[0] || roll.taken_for[1]);
}

TEST(HostMatch, pairs_off_what_has_other_names) {
  const HostMatch roll = roll_of({"10.0.0.1", "10.0.0.2", "node3"}, {"node1", "node3"});
  EXPECT_EQ(roll.taken_for[0], "10.0.0.1");
  EXPECT_FALSE(roll.taken_for[1]);
  EXPECT_EQ(roll.missing, Names{"10.0.0.2"});
}

TEST(HostMatch, names_a_silent_host_only_without_a_choice) {
  const HostMatch one = roll_of({"a", "b"}, {"a", ""});
  EXPECT_EQ(one.missing, Names{});
  EXPECT_EQ(one.taken_for[1], "b");
  const HostMatch two = roll_of({"a", "b", "c"}, {"a", ""});
  EXPECT_EQ(two.missing, (Names{"b", "c"}));
  EXPECT_FALSE(two.taken_for[1]);
}

TEST(HostMatch, leaves_those_that_nobody_asked_for_alone) {
  const HostMatch roll = roll_of({"a"}, {"a", "b", "c"});
  EXPECT_EQ(roll.missing, Names{});
  EXPECT_FALSE(roll.taken_for[1]);
}

}  // namespace
}  // namespace tscollect::collect
