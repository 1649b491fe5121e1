#include "base/process/host_name.hpp"

#include <gtest/gtest.h>

namespace tscollect::base {
namespace {

TEST(HostName, has_a_domain_behind_its_first_dot) {
  EXPECT_EQ(without_domain("node01.cluster.example"), "node01");
  EXPECT_EQ(without_domain("node01"), "node01");
  EXPECT_TRUE(has_domain("node01.cluster"));
  EXPECT_FALSE(has_domain("node01"));
}

TEST(HostName, is_similar_to_itself_without_its_domain) {
  EXPECT_TRUE(are_similar_hosts("Node01", "node01.cluster.example"));
  EXPECT_TRUE(are_similar_hosts("node01.cluster.example", "node01"));
  EXPECT_FALSE(are_similar_hosts("node01.a.example", "node01.b.example"));
  EXPECT_FALSE(are_similar_hosts("node01", "node01"));
  EXPECT_FALSE(are_similar_hosts("node01", "node011.cluster"));
}

TEST(HostName, changes_ascii_letters_alone_to_lower_case) {
  EXPECT_EQ(lower_case("Node-01_\xc3\x84.Z"), "node-01_\xc3\x84.z");
}

}  // namespace
}  // namespace tscollect::base
