#include <tscollect/collector.hpp>
#include <tscollect/time.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <iterator>
#include <string>
#include <thread>

// The reference collector's test plan. Unit tests do not read the live /proc: a fixture tree does.

namespace tscollect {
namespace {

using namespace std::chrono_literals;

SampleOptions fixture() {
  SampleOptions options;
  options.procfs = TSCOLLECT_FIXTURES "/linux-6.18/proc";
  options.sysfs = TSCOLLECT_FIXTURES "/linux-6.18/sys";
  options.hostname = "node1";
  return options;
}

std::string message_of(auto call) {
  try {
    call();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "no exception";
}

TEST(TimeSeriesCollector, has_the_reference_defaults) {
  const TimeSeriesCollector collector;
  EXPECT_EQ(collector.interval_seconds(), 10.0);
  EXPECT_EQ(collector.max_samples(), 3600U);
  EXPECT_FALSE(collector.is_running());
  EXPECT_TRUE(collector.samples().empty());
  EXPECT_EQ(collector.start_time(), "");
  EXPECT_EQ(collector.end_time(), "");
}

TEST(TimeSeriesCollector, samples_at_the_interval) {
  TimeSeriesCollector collector(0.02, 0, fixture());
  collector.start();
  EXPECT_TRUE(collector.is_running());
  std::this_thread::sleep_for(500ms);
  const auto samples = collector.stop();
  EXPECT_FALSE(collector.is_running());
  // A loaded machine may miss ticks, but they are counted: none gets lost unseen.
  const std::uint64_t accounted = samples.size() + collector.missed_ticks();
  EXPECT_GE(accounted, 25U);
  EXPECT_LE(accounted, 60U);
  for (std::size_t i = 2; i + 1 < samples.size() && collector.missed_ticks() == 0; ++i) {
    const auto step = parse_timestamp(samples[i].timestamp).value() -
                      parse_timestamp(samples[i - 1].timestamp).value();
    EXPECT_LT(step, 40ms);
  }
  EXPECT_LE(samples.front().timestamp, samples.back().timestamp);
  EXPECT_LE(collector.start_time(), collector.end_time());
}

TEST(TimeSeriesCollector, holds_what_a_single_sample_holds) {
  TimeSeriesCollector collector(0.01, 0, fixture());
  collector.start();
  std::this_thread::sleep_for(50ms);
  TimeSeriesSample sample = collector.stop().back();
  TimeSeriesSample single = collect_timeseries_sample(fixture());
  single.timestamp = sample.timestamp;
  EXPECT_EQ(sample, single);
  EXPECT_EQ(sample.hostname, "node1");
}

TEST(TimeSeriesCollector, keeps_no_more_than_the_limit_and_counts_the_rest) {
  TimeSeriesCollector collector(0.005, 3, fixture());
  collector.start();
  const auto end = std::chrono::steady_clock::now() + 30s;
  while (collector.dropped_samples() <= 3 && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(5ms);
  EXPECT_EQ(collector.stop().size(), 3U);
  EXPECT_GT(collector.dropped_samples(), 3U);
}

TEST(TimeSeriesCollector, refuses_to_start_twice) {
  TimeSeriesCollector collector(0.01, 0, fixture());
  collector.start();
  EXPECT_EQ(message_of([&] { collector.start(); }), "already started");
  EXPECT_TRUE(collector.is_running());
}

TEST(TimeSeriesCollector, refuses_to_stop_before_starting) {
  TimeSeriesCollector collector(0.01, 0, fixture());
  EXPECT_EQ(message_of([&] { collector.stop(); }), "not started");
}

TEST(TimeSeriesCollector, refuses_to_start_after_stop_and_says_what_to_do) {
  TimeSeriesCollector collector(0.01, 0, fixture());
  collector.start();
  const auto samples = collector.stop();
  EXPECT_EQ(message_of([&] { collector.start(); }), "already stopped; create a new instance");
  EXPECT_EQ(collector.stop(), samples);
}

TEST(TimeSeriesCollector, wakes_at_once_to_stop) {
  TimeSeriesCollector collector(3600, 0, fixture());
  collector.start();
  const auto begin = std::chrono::steady_clock::now();
  const auto samples = collector.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  EXPECT_GE(samples.size(), 1U);
}

std::ptrdiff_t threads_of_this_process() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

TEST(TimeSeriesCollector, stops_when_it_goes_away_while_running) {
  const auto before = threads_of_this_process();
  {
    TimeSeriesCollector collector(0.01, 0, fixture());
    collector.start();
    EXPECT_GT(threads_of_this_process(), before);
  }
  // A detached thread that is told to end takes its time on a busy machine.
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (threads_of_this_process() > before && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(1ms);
  EXPECT_EQ(threads_of_this_process(), before);
}

TEST(TimeSeriesCollector, refuses_intervals_and_sources_that_make_no_sense) {
  EXPECT_NE(message_of([] { const TimeSeriesCollector c(0); }).find("interval_seconds"),
            std::string::npos);
  EXPECT_NE(message_of([] { const TimeSeriesCollector c(-1); }).find("interval_seconds"),
            std::string::npos);
  SampleOptions options = fixture();
  options.sources = {"nonsense"};
  EXPECT_NE(message_of([&] { const TimeSeriesCollector c(1, 0, options); }).find("nonsense"),
            std::string::npos);
}

TEST(TimeSeriesSample, has_time_host_and_every_source_and_no_errors) {
  const TimeSeriesSample sample = collect_timeseries_sample(fixture());
  EXPECT_TRUE(parse_timestamp(sample.timestamp));
  EXPECT_EQ(sample.hostname, "node1");
  EXPECT_FALSE(sample.errors);
  ASSERT_NE(sample.devices("diskstats"), nullptr);
  ASSERT_NE(sample.devices("netdev"), nullptr);
  ASSERT_NE(sample.fields("vmstat"), nullptr);
  ASSERT_NE(sample.fields("meminfo"), nullptr);
  ASSERT_NE(sample.fields("loadavg"), nullptr);
  EXPECT_EQ(sample.fields("loadavg")->front().first, "load_1min");
  EXPECT_EQ(sample.devices("diskstats")->front().fields.front().first, "reads_completed");
  EXPECT_EQ(sample.fields("diskstats"), nullptr);
}

TEST(TimeSeriesSample, names_what_failed_and_keeps_the_rest) {
  SampleOptions options = fixture();
  options.procfs = TSCOLLECT_FIXTURES "/nowhere";
  const TimeSeriesSample sample = collect_timeseries_sample(options);
  EXPECT_TRUE(sample.sources.empty());
  ASSERT_TRUE(sample.errors);
  EXPECT_EQ(sample.errors->size(), 5U);
  EXPECT_NE(sample.errors->at("vmstat").find("nowhere/vmstat"), std::string::npos);
}

}  // namespace
}  // namespace tscollect
