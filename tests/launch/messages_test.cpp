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

TEST(OutcomeText, has_all_of_it) {
  Outcome outcome;
  outcome.launch_error = "an error";
  outcome.launcher_status = 14;
  outcome.first_end = "a rank crashed";
  outcome.first_words = "first\n";
  outcome.was_ended = true;
  outcome.words = "second\n";
  const auto read = outcome_from(to_text(outcome));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->launch_error, "an error");
  EXPECT_EQ(read->launcher_status, 14);
  EXPECT_EQ(read->first_end, "a rank crashed");
  EXPECT_EQ(read->first_words, "first\n");
  EXPECT_TRUE(read->was_ended);
  EXPECT_EQ(read->words, "second\n");
}

TEST_F(Messages, hold_the_end_of_whatever_was_said_twice) {
  Outcome outcome;
  for (int line = 0; line < 20; ++line) outcome.words += std::string(20'000, '\x01') + "\n";
  outcome.words += "the last\n";
  outcome.first_words = outcome.words;
  ASSERT_TRUE(post(keeper_, MessageTag::over, to_text(outcome)));
  const auto read = outcome_from(take(runner_).value().text);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->first_words.ends_with("the last\n"));
  EXPECT_TRUE(read->words.ends_with("the last\n"));
}

TEST(OutcomeText, that_is_cut_is_none) {
  EXPECT_FALSE(outcome_from(to_text({}).substr(0, 20)));
  EXPECT_FALSE(outcome_from(""));
}

}  // namespace
}  // namespace tscollect::run
