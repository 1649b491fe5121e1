#include "gather/mailbox.hpp"

#include "sampling/event_wait.hpp"
#include "support/mpi_ranks.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <ctime>
#include <set>

namespace tscollect::gather {
namespace {

using namespace std::chrono_literals;
using test::session;
using test::soon;

TEST(Mailbox, takes_nothing_where_nothing_was_posted) {
  Mailbox mailbox;
  EXPECT_FALSE(mailbox.take(Tag::stop));
  EXPECT_FALSE(mailbox.wait(Tag::stop, Mailbox::any_source, base::Deadline(5ms), 1ms));
}

TEST(Mailbox, carries_a_text_from_every_rank_to_rank_0) {
  Mailbox mailbox;
  mailbox.post(0, Tag::hello, fmt::format("rank {}", session().rank()));
  if (session().rank() != 0) return static_cast<void>(mailbox.wait(Tag::leave, 0, soon(), 1ms));
  std::set<int> heard;
  for (int i = 0; i < session().size(); ++i) {
    const auto message = mailbox.wait(Tag::hello, Mailbox::any_source, soon(), 1ms);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->text, fmt::format("rank {}", message->source));
    heard.insert(message->source);
  }
  EXPECT_EQ(heard.size(), static_cast<std::size_t>(session().size()));
  for (int rank = 1; rank < session().size(); ++rank) mailbox.post(rank, Tag::leave);
}

TEST(Mailbox, keeps_kinds_apart_and_the_order_within_a_kind) {
  Mailbox mailbox;
  const int self = session().rank();
  mailbox.post(self, Tag::stop, "first");
  mailbox.post(self, Tag::ready, "other");
  mailbox.post(self, Tag::stop, "second");
  const auto other = mailbox.wait(Tag::ready, self, soon(), 1ms);
  const auto first = mailbox.wait(Tag::stop, self, soon(), 1ms);
  const auto second = mailbox.wait(Tag::stop, self, soon(), 1ms);
  ASSERT_TRUE(other && first && second);
  EXPECT_EQ(other->text, "other");
  EXPECT_EQ(first->text, "first");
  EXPECT_EQ(second->text, "second");
}

TEST(Mailbox, carries_empty_texts_and_bytes_of_any_value) {
  Mailbox mailbox;
  const int self = session().rank();
  const std::string bytes("\0\xff\n\0", 4);
  mailbox.post(self, Tag::stop);
  mailbox.post(self, Tag::stop, bytes);
  const auto nothing = mailbox.wait(Tag::stop, self, soon(), 1ms);
  const auto any = mailbox.wait(Tag::stop, self, soon(), 1ms);
  ASSERT_TRUE(nothing && any);
  EXPECT_EQ(nothing->text, "");
  EXPECT_EQ(any->text, bytes);
}

// What is too large to be sent at once is half here, and its sender may be stopped: nobody waits.
TEST(Mailbox, looks_at_a_large_message_without_waiting_for_it) {
  Mailbox mailbox;
  const std::string large(std::size_t{4} << 20, 'x');
  if (session().rank() != 0) {
    mailbox.post(0, Tag::hello, large);
    // Nothing moves the message on while this rank sleeps.
    sampling::nap(2s);
    EXPECT_TRUE(mailbox.wait(Tag::leave, 0, soon(), 1ms));
    return;
  }
  int missing = session().size() - 1;
  std::chrono::nanoseconds longest{};
  for (base::Deadline deadline = soon(); missing > 0 && !deadline.is_over(); sampling::nap(1ms)) {
    const MonoTime before = mono_now();
    const auto message = mailbox.take(Tag::hello);
    longest = std::max(longest, mono_now() - before);
    if (!message) continue;
    EXPECT_TRUE(message->text == large);
    mailbox.post(message->source, Tag::leave);
    --missing;
  }
  EXPECT_EQ(missing, 0);
  EXPECT_LT(longest, 1s);
}

TEST(Mailbox, may_go_while_a_message_is_on_its_way) {
  const std::string large(std::size_t{4} << 20, 'x');
  if (session().size() == 1) return;
  if (session().rank() == 1) {
    Mailbox mailbox;
    mailbox.post(0, Tag::hello, large);
    return;
  }
  Mailbox mailbox;
  if (session().rank() != 0) return;
  // The sender's end of the message is kept, so that it still arrives.
  EXPECT_TRUE(mailbox.wait(Tag::hello, 1, soon(), 1ms));
}

// What waits must sleep: a blocking MPI call would use the core for the whole time.
TEST(Mailbox, waits_asleep) {
  Mailbox mailbox;
  const std::clock_t before = std::clock();
  EXPECT_FALSE(mailbox.wait(Tag::stop, Mailbox::any_source, base::Deadline(500ms), 50ms));
  const double used_seconds = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  EXPECT_LT(used_seconds, 0.25);
}

}  // namespace
}  // namespace tscollect::gather
