#include "analysis/host_digest.hpp"

#include "tool/read_hosts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

namespace tscollect::analysis {
namespace {

store::ReadSource disks() {
  return tests::read_source("diskstats",
                            {tests::counter("sectors_read"), tests::counter("sectors_written"),
                             tests::counter("time_doing_ios_ms", 32)},
                            {{"sda", {8, 0, 0}}, {"sda1", {8, 1, 1}}, {"sdb", {8, 16, 0}}},
                            {0, 0, 0, /**/ 0, 0, 0, /**/ 0, 100, 0, /**/ 1000, 2000, 500, /**/ 1000,
                             2000, 500, /**/ 9000, 100, 5000});
}

TEST(HostDigest, leaves_out_memory_that_cannot_be_real_and_says_so) {
  store::ReadHost host = tests::read_host(4);
  const std::int64_t underflow = -4096;  // 18446744073709547520, as the kernel printed it
  host.sources = {tests::read_source("meminfo",
                                     {{"MemAvailable", "KiB", Kind::gauge, ValueType::integer, 0}},
                                     {}, {800, underflow, underflow, 700})};
  host.sources[0].description.uint64_columns = {"MemAvailable"};
  const HostDigest digest = digest_of(host, 1.0);
  ASSERT_TRUE(digest.memory);
  EXPECT_EQ(digest.memory->lowest_kib, 700);
  EXPECT_EQ(digest.memory->first_kib, 800);
  ASSERT_TRUE(digest.impossible_memory);
  EXPECT_EQ(digest.impossible_memory->count, 2);
  EXPECT_EQ(digest.impossible_memory->first_kib, 18446744073709547520U);
  EXPECT_EQ(digest.impossible_memory->first_time_ns, host.time_ns[1]);
}

TEST(HostDigest, tells_by_ticks_which_error_came_first) {
  store::ReadHost host = tests::read_host(4);
  host.time_ns = {1000, 2000, 500, 600};  // the clock was set back
  host.errors = {{0, 1, 1000, 2000, 2, "vmstat", "no"}, {3, 3, 600, 600, 1, "vmstat", "no"}};
  const HostDigest digest = digest_of(host, 1.0);
  ASSERT_EQ(digest.errors.size(), 1U);
  EXPECT_EQ(digest.errors[0].first_time_ns, 1000);
  EXPECT_EQ(digest.errors[0].last_time_ns, 600);
  EXPECT_EQ(digest.errors[0].count, 3);
  ASSERT_TRUE(digest.span);
  EXPECT_NEAR(digest.span->seconds(), 3, 0.1);
}

TEST(HostDigest, follows_memory_and_load_past_what_is_missing) {
  store::ReadHost host = tests::read_host(4);
  const FieldDescription available{"MemAvailable", "KiB", Kind::gauge, ValueType::integer, 0};
  const FieldDescription load{"load_1min", "processes", Kind::gauge, ValueType::real, 0};
  const auto real = [](double value) { return std::bit_cast<std::int64_t>(value); };
  host.sources = {
      tests::read_source("meminfo", {available}, {}, {missing_integer, 800, 300, 500}),
      tests::read_source("loadavg", {load}, {}, {real(0.5), real(2.5), real(1.5), real(NAN)})};
  host.sources[1].description.values.type = ValueType::real;
  const HostDigest digest = digest_of(host, 1.0);
  ASSERT_TRUE(digest.memory.has_value());
  EXPECT_EQ(digest.memory->first_kib, 800);
  EXPECT_EQ(digest.memory->lowest_kib, 300);
  EXPECT_EQ(digest.memory->last_kib, 500);
  EXPECT_EQ(digest.memory->lowest_time_ns, host.time_ns[2]);
  EXPECT_EQ(digest.highest_load, 2.5);
}

TEST(HostDigest, lists_moving_counters_of_flat_sources_and_no_gauges) {
  store::ReadHost host = tests::read_host(2);
  FieldDescription gauge = tests::counter("nr_free_pages");
  gauge.kind = Kind::gauge;
  host.sources = {tests::read_source(
      "vmstat", {tests::counter("still"), tests::counter("slow"), tests::counter("fast"), gauge},
      {}, {1, 1, 1, 1, 1, 2, 1000, 5000})};
  const HostDigest digest = digest_of(host, 1.0);
  ASSERT_EQ(digest.counters.size(), 2U);
  EXPECT_EQ(digest.counters[0].field, "fast");
  EXPECT_EQ(digest.counters[1].field, "slow");
}

TEST(HostDigest, lists_counters_of_time_behind_the_others) {
  store::ReadHost host = tests::read_host(2);
  std::vector<FieldDescription> fields = {tests::counter("io_some_total"), tests::counter("idle"),
                                          tests::counter("pgfault")};
  fields[0].unit = "us";
  fields[1].unit = "clock ticks";
  host.sources = {tests::read_source("vmstat", fields, {}, {0, 0, 0, 900'000, 400, 7})};
  const HostDigest digest = digest_of(host, 1.0);
  ASSERT_EQ(digest.counters.size(), 3U);
  EXPECT_EQ(digest.counters[0].field, "pgfault");
  EXPECT_EQ(digest.counters[1].field, "io_some_total");
  EXPECT_EQ(digest.counters[2].field, "idle");
}

TEST(HostDigest, shows_the_gaps_that_the_file_lists) {
  store::ReadHost host = tests::read_host(3);
  host.tick = {2, 3, 7};
  host.gaps = {{0, 1, 0, host.time_ns[0]}, {4, 6, 2, host.time_ns[2]}};
  const HostDigest digest = digest_of(host, 1.0);
  ASSERT_EQ(digest.gaps.size(), 2U);
  EXPECT_EQ(digest.gaps[1].first_tick, 4);
  EXPECT_EQ(digest.gaps[1].next_time_ns, host.time_ns[2]);
  EXPECT_EQ(digest.last_tick, 7);
}

TEST(HostDigest, adds_up_runs_of_the_same_error) {
  store::ReadHost host = tests::read_host(9);
  host.errors = {{0, 1, 100, 200, 2, "vmstat", "gone"},
                 {3, 3, 400, 400, 1, "vmstat", "odd"},
                 {5, 8, 600, 900, 4, "vmstat", "gone"}};
  const HostDigest digest = digest_of(host, 1.0);
  ASSERT_EQ(digest.errors.size(), 2U);
  EXPECT_EQ(digest.errors[0].message, "gone");
  EXPECT_EQ(digest.errors[0].count, 6);
  EXPECT_EQ(digest.errors[0].first_time_ns, 100);
  EXPECT_EQ(digest.errors[0].last_time_ns, 900);
}

TEST(HostDigest, is_the_same_in_parts) {
  store::ReadHost host = tests::read_host(6);
  host.tick = {0, 1, 4, 5, 6, 9};
  host.sources = {tests::read_source("vmstat", {tests::counter("a"), tests::counter("b", 32)}, {},
                                     {1, 9, 2, 8, 30, 7, 31, 60, 2, 61, 90, 62}),
                  disks()};
  host.sources[1].values.insert(host.sources[1].values.end(), 4 * 9, 10'000);
  const HostDigest whole = digest_of(host, 1.0);
  DigestBuilder builder(host, 1.0);
  for (std::size_t first = 0; first < 6; first += 2) {
    store::ReadHost part = host;
    part.first_row = first;
    const auto keep = [&](std::vector<std::int64_t>& list, std::size_t width) {
      const auto begin = list.begin() + static_cast<std::ptrdiff_t>(first * width);
      list = std::vector<std::int64_t>(begin, begin + static_cast<std::ptrdiff_t>(2 * width));
    };
    for (auto* list : {&part.time_ns, &part.tick, &part.lateness_ns, &part.duration_ns})
      keep(*list, 1);
    keep(part.sources[0].values, 2);
    keep(part.sources[1].values, 9);
    store::visit(part, builder);
  }
  const HostDigest parts = builder.finish();
  EXPECT_EQ(parts.last_tick, whole.last_tick);
  ASSERT_EQ(parts.counters.size(), whole.counters.size());
  for (std::size_t i = 0; i < whole.counters.size(); ++i) {
    EXPECT_EQ(parts.counters[i].field, whole.counters[i].field);
    EXPECT_DOUBLE_EQ(parts.counters[i].rate.mean, whole.counters[i].rate.mean);
    EXPECT_DOUBLE_EQ(parts.counters[i].rate.peak, whole.counters[i].rate.peak);
  }
}

TEST(HostDigest, of_a_host_without_samples_is_empty) {
  const HostDigest digest = digest_of(tests::read_host(0), 1.0);
  EXPECT_TRUE(digest.gaps.empty());
  EXPECT_EQ(digest.last_tick, -1);
  EXPECT_FALSE(digest.memory.has_value());
}

}  // namespace
}  // namespace tscollect::analysis
