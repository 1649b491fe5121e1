#include "base/text/closest.hpp"

#include <gtest/gtest.h>

namespace tscollect::base {
namespace {

const std::vector<std::string> commands = {"sample", "info", "export", "recover", "journals"};

TEST(Closest, finds_what_a_slip_of_the_hand_meant) {
  EXPECT_EQ(closest("infos", commands), "info");
  EXPECT_EQ(closest("exprot", commands), "export");
  EXPECT_EQ(closest("recvoer", commands), "recover");
  EXPECT_EQ(closest("journal", commands), "journals");
  EXPECT_EQ(closest("rec", commands), "recover");
}

TEST(Closest, guesses_nothing_where_nothing_is_near) {
  EXPECT_EQ(closest("xyzzy", commands), "");
  EXPECT_EQ(closest("", commands), "");
  EXPECT_EQ(closest("a", {}), "");
  EXPECT_EQ(closest(std::string(100'000, 'x'), commands), "");
}

}  // namespace
}  // namespace tscollect::base
