#include "sampling/ticker.hpp"

#include <gtest/gtest.h>

namespace tscollect::sampling {
namespace {

using namespace std::chrono_literals;

constexpr MonoTime zero{1000s};

Ticker every_100_ms() { return Ticker(stream::TickSchedule{zero, 100ms}); }

TEST(Ticker, takes_tick_after_tick_at_absolute_deadlines) {
  Ticker ticker = every_100_ms();
  for (std::int64_t tick = 0; tick < 1000; ++tick) {
    EXPECT_EQ(ticker.next_due(), zero + tick * 100ms);
    // However late each was, the next one is due where the grid has it.
    EXPECT_EQ(ticker.take(ticker.next_due() + (tick % 90) * 1ms), tick);
  }
  EXPECT_EQ(ticker.missed(), 0);
}

TEST(Ticker, skips_and_counts_what_it_missed_instead_of_making_it_up) {
  Ticker ticker = every_100_ms();
  EXPECT_EQ(ticker.take(zero), 0);
  EXPECT_EQ(ticker.take(zero + 570ms), 5);
  EXPECT_EQ(ticker.missed(), 4);
  EXPECT_EQ(ticker.next_due(), zero + 600ms);
  EXPECT_EQ(ticker.take(zero + 600ms), 6);
  EXPECT_EQ(ticker.missed(), 4);
}

TEST(Ticker, takes_a_late_tick_late) {
  Ticker ticker = every_100_ms();
  EXPECT_EQ(ticker.take(zero + 99ms), 0);
  EXPECT_EQ(ticker.missed(), 0);
}

TEST(Ticker, counts_ticks_missed_before_a_late_start) {
  Ticker ticker = every_100_ms();
  EXPECT_EQ(ticker.take(zero + 250ms), 2);
  EXPECT_EQ(ticker.missed(), 2);
}

TEST(Ticker, gives_the_last_sample_the_tick_that_would_be_next) {
  Ticker ticker = every_100_ms();
  EXPECT_EQ(ticker.take(zero), 0);
  EXPECT_EQ(ticker.take_last(zero + 30ms), 1);
  EXPECT_EQ(ticker.missed(), 0);
}

TEST(Ticker, gives_a_last_sample_after_the_deadline_its_own_tick) {
  Ticker ticker = every_100_ms();
  EXPECT_EQ(ticker.take(zero), 0);
  EXPECT_EQ(ticker.take_last(zero + 310ms), 3);
  EXPECT_EQ(ticker.missed(), 2);
}

TEST(Ticker, can_stop_before_the_first_tick) {
  Ticker ticker = every_100_ms();
  EXPECT_EQ(ticker.take_last(zero - 10ms), 0);
  EXPECT_EQ(ticker.missed(), 0);
}

}  // namespace
}  // namespace tscollect::sampling
