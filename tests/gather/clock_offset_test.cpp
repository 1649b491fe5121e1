#include "gather/clock_offset.hpp"

#include "sampling/event_wait.hpp"
#include "support/mpi_ranks.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <set>

namespace tscollect::gather {
namespace {

using namespace std::chrono_literals;
using test::session;
using test::soon;

/// Ranks of one machine share both clocks, so the truth is known: zero.
void expect_none(const block::ClockOffset& found) {
  ASSERT_TRUE(found.is_measured());
  // Slewing of the realtime clock against the monotonic one is the rest.
  const std::int64_t tolerance = found.uncertainty_ns + 1'000'000;
  EXPECT_LE(std::abs(found.offset_ns), tolerance);
  EXPECT_LE(std::abs(found.mono_offset_ns), tolerance);
}

std::optional<ComparedClocks> wait_for_comparison(ClockComparer& comparer,
                                                  base::Deadline deadline) {
  for (; !deadline.is_over(); sampling::nap(1ms))
    if (auto compared = comparer.advance()) return compared;
  return std::nullopt;
}

void answer_until_told_to_leave(Mailbox& mailbox) {
  const auto word = answer_pings_until(mailbox, {Tag::leave}, soon());
  ASSERT_TRUE(word);
  EXPECT_EQ(word->tag, Tag::leave);
}

TEST(ClockOffset, of_a_shared_clock_is_zero_within_its_uncertainty) {
  Mailbox mailbox;
  if (session().rank() != 0) return answer_until_told_to_leave(mailbox);
  ClockComparer comparer(mailbox);
  std::set<int> compared;
  for (int rank = 1; rank < session().size(); ++rank) comparer.begin(rank);
  for (int rank = 1; rank < session().size(); ++rank) {
    const auto found = wait_for_comparison(comparer, soon());
    ASSERT_TRUE(found);
    compared.insert(found->host);
    expect_none(found->offset);
  }
  EXPECT_EQ(compared.size(), static_cast<std::size_t>(session().size() - 1));
  for (int rank = 1; rank < session().size(); ++rank) mailbox.post(rank, Tag::leave);
}

TEST(ClockOffset, of_a_host_that_does_not_answer_is_never_known) {
  Mailbox mailbox;
  if (session().rank() != 0) return;
  ClockComparer comparer(mailbox);
  comparer.begin(0);  // rank 0 itself does not answer pings
  EXPECT_FALSE(wait_for_comparison(comparer, base::Deadline(50ms)));
}

// The slow host is asked first. It costs the others nothing, and is measured when it is there.
TEST(ClockOffset, of_a_slow_host_comes_after_those_of_the_others) {
  Mailbox mailbox;
  const int slow = 1;
  if (session().rank() == slow) sampling::nap(500ms);
  if (session().rank() != 0) return answer_until_told_to_leave(mailbox);
  ClockComparer comparer(mailbox);
  for (int rank = 1; rank < session().size(); ++rank) comparer.begin(rank);
  for (int rank = 1; rank < session().size(); ++rank) {
    const auto found = wait_for_comparison(comparer, soon());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->host == slow, rank == session().size() - 1) << "the last to be measured";
    expect_none(found->offset);
  }
  for (int rank = 1; rank < session().size(); ++rank) mailbox.post(rank, Tag::leave);
}

// An answer with a number that is not that of the latest ping, and impossible clocks.
TEST(ClockOffset, is_not_taken_from_a_late_answer) {
  Mailbox mailbox;
  if (session().size() == 1) return;
  if (session().rank() == 1) {
    const auto first = mailbox.wait(Tag::ping, 0, soon(), 1ms);
    ASSERT_TRUE(first);
    std::string lie(24, '\0');
    std::memcpy(lie.data(), first->text.data(), sizeof(std::uint64_t));
    ASSERT_TRUE(mailbox.wait(Tag::ready, 0, soon(), 1ms));  // it was given up
    mailbox.post(0, Tag::pong, lie);
  }
  if (session().rank() != 0) return answer_until_told_to_leave(mailbox);
  ClockComparer comparer(mailbox);
  comparer.begin(1);
  EXPECT_FALSE(wait_for_comparison(comparer, base::Deadline(20ms)));
  comparer.give_up(1);
  mailbox.post(1, Tag::ready);
  comparer.begin(1);
  const auto found = wait_for_comparison(comparer, soon());
  ASSERT_TRUE(found);
  expect_none(found->offset);
  for (int rank = 1; rank < session().size(); ++rank) mailbox.post(rank, Tag::leave);
}

TEST(ClockOffset, answering_ends_at_the_deadline) {
  Mailbox mailbox;
  EXPECT_FALSE(answer_pings_until(mailbox, {Tag::start, Tag::leave}, base::Deadline(10ms)));
}

}  // namespace
}  // namespace tscollect::gather
