#include "analysis/counter_rate.hpp"

#include "tool/read_hosts.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <vector>

namespace tscollect::analysis {
namespace {

constexpr std::int64_t wrap = std::int64_t{1} << 32;

Rate rate_over(const store::HostTimes& times, const std::vector<std::int64_t>& values,
               int width_bits = 64) {
  IntervalClock clock(1.0);
  clock.take(times);
  RateMeter meter(width_bits);
  for (std::size_t i = 0; i < values.size(); ++i)
    meter.take(values[i], clock.seconds()[i], clock.shortest_for_peak());
  return meter.rate();
}

Rate rate_of_values(const std::vector<std::int64_t>& values, int width_bits = 64) {
  return rate_over(tests::read_host(values.size()), values, width_bits);
}

TEST(CounterRise, is_the_difference) {
  EXPECT_EQ(block::counter_rise(5, 12, 64), 7U);
  EXPECT_EQ(block::counter_rise(5, 5, 32), 0U);
}

TEST(CounterRise, of_a_counter_made_anew_is_unknown) {
  EXPECT_EQ(block::counter_rise(1000, 3, 64), std::nullopt);
  EXPECT_EQ(block::counter_rise(1000, 3, 32), std::nullopt) << "from the lower half nothing wraps";
  EXPECT_EQ(block::counter_rise(wrap + 1000, 3, 32), std::nullopt) << "was never 32 bits wide";
}

TEST(CounterRise, of_a_wrapped_32_bit_counter_goes_on) {
  EXPECT_EQ(block::counter_rise(wrap - 10, 20, 32), 30U);
  EXPECT_EQ(block::counter_rise(wrap - 10, 20, 64), std::nullopt);
}

TEST(CounterRise, is_never_absurd_around_the_sign_bit) {
  constexpr auto largest = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(block::counter_rise(largest, -largest, 64), 2U) << "2^63 - 1 to 2^63 + 1, kept by bits";
  EXPECT_EQ(block::counter_rise(5, -1, 64), std::nullopt)
      << "a -1 of the kernel is no rise of 2^64";
  EXPECT_EQ(block::counter_rise(-10, 20, 64), 30U) << "a 64-bit wrap";
}

TEST(Rate, has_mean_and_peak_per_second) {
  const Rate rate = rate_of_values({10, 20, 60, 60});
  EXPECT_DOUBLE_EQ(rate.mean, 50.0 / 3);
  EXPECT_DOUBLE_EQ(rate.peak, 40);
}

TEST(Rate, leaves_out_intervals_around_what_is_missing_or_reset) {
  const Rate missing = rate_of_values({10, 20, missing_integer, 1000, 1010});
  EXPECT_DOUBLE_EQ(missing.mean, 10);
  EXPECT_DOUBLE_EQ(missing.peak, 10);
  const Rate reset = rate_of_values({1000, 1010, 0, 10});
  EXPECT_DOUBLE_EQ(reset.mean, 10);
  EXPECT_DOUBLE_EQ(rate_of_values({wrap - 5, 5}, 32).mean, 10);
}

TEST(Rate, is_zero_without_two_samples) {
  EXPECT_EQ(rate_of_values({7}).mean, 0);
  EXPECT_EQ(rate_of_values({}).mean, 0);
  EXPECT_EQ(rate_of_values({missing_integer, missing_integer}).peak, 0);
}

TEST(Rate, does_not_mind_a_step_of_the_wall_clock) {
  store::ReadHost host = tests::read_host(3);
  host.time_ns[2] = host.time_ns[0] - 3'600'000'000'000;
  IntervalClock clock(1.0);
  clock.take(host);
  EXPECT_EQ(clock.seconds(), (std::vector<double>{0, 1, 1}));
}

TEST(Rate, takes_no_peak_from_the_short_moment_before_stop) {
  store::ReadHost host = tests::read_host(3);
  host.lateness_ns[2] = -999'000'000;
  const Rate rate = rate_over(host, {0, 10, 12});
  EXPECT_DOUBLE_EQ(rate.peak, rate.mean);
  EXPECT_NEAR(rate.mean, 12 / 1.001, 1e-9);
}

TEST(Rate, keeps_its_mean_below_its_peak_over_a_gap) {
  store::ReadHost host = tests::read_host(3);
  host.tick = {0, 1, 11};
  const Rate rate = rate_over(host, {0, 1, 101});
  EXPECT_DOUBLE_EQ(rate.peak, 10);
  EXPECT_NEAR(rate.mean, 101.0 / 11, 1e-9);
}

}  // namespace
}  // namespace tscollect::analysis
