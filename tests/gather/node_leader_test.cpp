#include "gather/node_leader.hpp"

#include "support/mpi_ranks.hpp"

#include <gtest/gtest.h>

namespace tscollect::gather {
namespace {

using test::session;

TEST(NodeLeader, one_rank_leads_a_machine) {
  const NodeLeaders found = find_node_leaders(session(), false);
  EXPECT_EQ(found.leads, session().rank() == 0);
  EXPECT_EQ(found.leaders, std::vector<int>{0});
  EXPECT_EQ(found.idle, session().size() - 1);
}

TEST(NodeLeader, every_rank_leads_where_each_poses_as_a_host) {
  const NodeLeaders found = find_node_leaders(session(), true);
  EXPECT_TRUE(found.leads);
  EXPECT_EQ(found.leaders.size(), static_cast<std::size_t>(session().size()));
  EXPECT_EQ(found.idle, 0);
}

}  // namespace
}  // namespace tscollect::gather
