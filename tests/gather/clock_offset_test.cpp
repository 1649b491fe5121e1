#include "gather/clock_offset.hpp"

#include "support/mpi_ranks.hpp"

#include <gtest/gtest.h>

namespace tscollect::gather {
namespace {

using namespace std::chrono_literals;
using test::session;
using test::soon;

// Ranks of one machine share both clocks, so the truth is known: zero.
TEST(ClockOffset, of_a_shared_clock_is_zero_within_its_uncertainty) {
  Mailbox mailbox;
  if (session().rank() != 0) {
    const auto word = answer_pings_until(mailbox, {Tag::leave}, soon());
    ASSERT_TRUE(word);
    EXPECT_EQ(word->tag, Tag::leave);
    return;
  }
  for (int rank = 1; rank < session().size(); ++rank) {
    const ClockComparison found = compare_clocks(mailbox, rank, soon());
    ASSERT_GE(found.wall.uncertainty_ns, 0);
    // Slewing of the realtime clock against the monotonic one is the rest.
    const std::int64_t tolerance = found.wall.uncertainty_ns + 1'000'000;
    EXPECT_LE(std::abs(found.wall.offset_ns), tolerance);
    EXPECT_LE(std::abs(found.mono_offset.count()), tolerance);
    mailbox.post(rank, Tag::leave);
  }
}

TEST(ClockOffset, of_a_host_that_does_not_answer_is_unknown_and_ends_in_time) {
  Mailbox mailbox;
  if (session().rank() == 0) {
    const MonoTime begin = mono_now();
    // Rank 0 itself does not answer pings.
    const ClockComparison found = compare_clocks(mailbox, 0, mono_now() + 50ms);
    EXPECT_EQ(found.wall.uncertainty_ns, -1);
    EXPECT_GE(mono_now() - begin, 50ms);
  }
}

TEST(ClockOffset, answering_ends_at_the_deadline) {
  Mailbox mailbox;
  EXPECT_FALSE(answer_pings_until(mailbox, {Tag::start, Tag::leave}, mono_now() + 10ms));
}

}  // namespace
}  // namespace tscollect::gather
