#include "block/clock_columns.hpp"

#include "base/bytes.hpp"
#include "base/checked_math.hpp"
#include "block/chunk_builder.hpp"
#include "block/chunk_shape.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace tscollect::block {

namespace {

using Clocks = std::span<const stream::SampleClock>;

/// Gaps kept per host; further ones are only counted.
constexpr std::size_t most_gaps = 1000;

/// A sample counts as late if it started later than this fraction of the interval after its tick.
constexpr int late_share = 10;

ChunkedArray time_array(std::uint64_t samples) {
  ChunkedArray array;
  array.shape = {samples};
  array.chunk_shape = {chunk_shape(samples, 1, true).samples};
  return array;
}

void write_arrays(Clocks clocks, HostBlock& block) {
  const auto write = [&](ChunkedArray& array, std::int64_t stream::SampleClock::*member) {
    array = time_array(clocks.size());
    if (clocks.empty()) return;
    std::vector<std::byte> scratch;
    const ChunkSink sink{array, block.payload, scratch};
    const SampleRange all{0, static_cast<std::int64_t>(clocks.size())};
    SliceWriter writer(array, {0, 0, all}, {0}, {false});
    for (const stream::SampleClock& clock : clocks) writer.add(std::array{clock.*member}, sink);
    writer.finish(sink);
  };
  write(block.time, &stream::SampleClock::wall_ns);
  write(block.tick, &stream::SampleClock::tick);
  write(block.lateness, &stream::SampleClock::lateness_ns);
  write(block.duration, &stream::SampleClock::duration_ns);
}

void note_gaps(Clocks clocks, HostBlock& block) {
  std::int64_t next = 0;
  std::int64_t row = 0;
  for (const stream::SampleClock& clock : clocks) {
    if (clock.tick > next) {
      ++block.summary.gap_count;
      if (block.gaps.size() < most_gaps)
        block.gaps.push_back({next, clock.tick - 1, row, clock.wall_ns});
    }
    next = clock.tick + 1;
    ++row;
  }
}

/// Median, 99th percentile and largest; zeros if there are none.
std::array<std::int64_t, 3> percentiles(std::vector<std::int64_t> values) {
  if (values.empty()) return {};
  std::ranges::sort(values);
  return {values[values.size() / 2], values[values.size() * 99 / 100], values.back()};
}

void summarize(Clocks clocks, std::chrono::nanoseconds interval, HostSummary& summary) {
  summary.samples = static_cast<std::int64_t>(clocks.size());
  if (clocks.empty()) return;
  summary.first_time_ns = clocks.front().wall_ns;
  summary.last_time_ns = clocks.back().wall_ns;
  const auto elapsed = [interval](const stream::SampleClock& clock) {
    const auto due =
        static_cast<std::uint64_t>(clock.tick) * static_cast<std::uint64_t>(interval.count());
    return base::wrapping_sum(static_cast<std::int64_t>(due), clock.lateness_ns);
  };
  summary.first_elapsed_ns = elapsed(clocks.front());
  summary.last_elapsed_ns = elapsed(clocks.back());
  std::vector<std::int64_t> late;
  std::vector<std::int64_t> durations;
  for (const stream::SampleClock& clock : clocks) {
    if (clock.lateness_ns >= 0) late.push_back(clock.lateness_ns);
    durations.push_back(clock.duration_ns);
  }
  const std::int64_t late_ns = (interval / late_share).count();
  summary.late_ticks = std::ranges::count_if(late, [&](std::int64_t ns) { return ns > late_ns; });
  const auto [late_p50, late_p99, late_max] = percentiles(std::move(late));
  summary.late_p50_ns = late_p50;
  summary.late_p99_ns = late_p99;
  summary.late_max_ns = late_max;
  const auto [duration_p50, duration_p99, duration_max] = percentiles(std::move(durations));
  summary.duration_p50_ns = duration_p50;
  summary.duration_p99_ns = duration_p99;
  summary.duration_max_ns = duration_max;
}

}  // namespace

void write_clocks(std::span<const stream::SampleClock> clocks, std::chrono::nanoseconds interval,
                  HostBlock& block) {
  summarize(clocks, interval, block.summary);
  note_gaps(clocks, block);
  write_arrays(clocks, block);
}

bool misses_much(std::int64_t missed, std::int64_t ticks) noexcept {
  constexpr double partial_share = 0.01;
  return missed > 0 && static_cast<double>(missed) >= partial_share * static_cast<double>(ticks);
}

bool misses_much(const HostSummary& summary) noexcept {
  return misses_much(summary.missed_ticks,
                     base::saturating_sum(summary.samples, summary.missed_ticks));
}

}  // namespace tscollect::block
