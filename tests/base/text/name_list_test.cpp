#include "base/text/name_list.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tscollect::base {
namespace {

TEST(NameList, shows_the_first_and_counts_the_rest) {
  const std::vector<std::string> names = {"a", "b", "c"};
  EXPECT_EQ(name_list(names, 5), "a, b, c");
  EXPECT_EQ(name_list(names, 3), "a, b, c");
  EXPECT_EQ(name_list(names, 1), "a and 2 more");
  EXPECT_EQ(name_list(names, 2, "; "), "a; b and 1 more");
  EXPECT_EQ(name_list({}, 2), "");
}

}  // namespace
}  // namespace tscollect::base
