#include "run/messages.hpp"

#include <gtest/gtest.h>

#include <array>
#include <sys/socket.h>
#include <unistd.h>

namespace tscollect::run {
namespace {

class Messages : public testing::Test {
 protected:
  void SetUp() override {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
    runner_ = ends[0];
    keeper_ = ends[1];
  }
  void TearDown() override {
    ::close(runner_);
    if (keeper_ >= 0) ::close(keeper_);
  }
  void end_keeper() {
    ::close(keeper_);
    keeper_ = -1;
  }

  int runner_ = -1;
  int keeper_ = -1;
};

TEST_F(Messages, arrive_whole_and_in_order) {
  ASSERT_TRUE(post(keeper_, MessageTag::ready));
  ASSERT_TRUE(post(keeper_, MessageTag::over, "outcome"));
  EXPECT_EQ(take(runner_).value().tag, MessageTag::ready);
  EXPECT_EQ(take(runner_).value().text, "outcome");
  end_keeper();
  EXPECT_FALSE(take(runner_));
  EXPECT_FALSE(post(runner_, MessageTag::stop));
}

// The command ends just as the collector does.
TEST_F(Messages, arrive_from_a_keeper_that_has_left_one_unread) {
  ASSERT_TRUE(post(runner_, MessageTag::end, "line"));
  ASSERT_TRUE(post(keeper_, MessageTag::over, "outcome"));
  end_keeper();
  const auto last = take(runner_);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->tag, MessageTag::over);
  EXPECT_EQ(last->text, "outcome");
  EXPECT_FALSE(take(runner_));
}

}  // namespace
}  // namespace tscollect::run
