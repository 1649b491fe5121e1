#include "base/process/user_name.hpp"

#include <gtest/gtest.h>

namespace tscollect::base {
namespace {

constexpr uid_t nobody_has_it = 3'999'999'999;

TEST(UserName, is_that_of_the_system) {
  EXPECT_EQ(user_name(0), "root");
  EXPECT_EQ(user_name_or_number(0), "root");
}

TEST(UserName, of_an_unknown_user_is_empty_or_the_number) {
  EXPECT_EQ(user_name(nobody_has_it), "");
  EXPECT_EQ(user_name_or_number(nobody_has_it), "3999999999");
}

TEST(FindUser, takes_a_name_or_a_number) {
  ASSERT_TRUE(find_user("root"));
  EXPECT_EQ(*find_user("root"), 0U);
  ASSERT_TRUE(find_user("3999999999"));
  EXPECT_EQ(*find_user("3999999999"), nobody_has_it);
}

TEST(FindUser, refuses_what_is_neither) {
  const auto found = find_user("no such user");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().message, "no such user: there is no user of this name or number");
}

}  // namespace
}  // namespace tscollect::base
