// What the block says went wrong: ticks without a sample, late ones, counters that fell.
#include "block/block_builder.hpp"
#include "block/host_block.hpp"
#include "block/reset_finder.hpp"
#include "support/table_feed.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tscollect::block {
namespace {

using namespace std::chrono_literals;

const stream::TickSchedule grid{MonoTime{5s}, 100ms};

struct Host {
  explicit Host(std::vector<std::string> names) : feed(names), encoder(grid, names.size()) {}

  std::int64_t ticks = 0;

  void sample(std::int64_t tick, std::int64_t lateness_ns = 50'000) {
    encoder.encode({tick, 1000 + tick, lateness_ns, 7}, feed.readings(), records);
    store.append(records);
  }
  [[nodiscard]] HostBlock build() const {
    BlockContext context;
    context.grid = grid;
    context.recorded = feed.recorded();
    return build_block([this](const RecordVisitor& visit) { store.for_each_record(visit); },
                       context);
  }

  tests::TableFeed feed;
  stream::SampleEncoder encoder;
  stream::SampleStore store;
  std::vector<std::byte> records;
};

std::string interface(std::string_view name, std::uint64_t received, std::uint64_t sent) {
  return fmt::format("{}: {} 2 0 0 0 0 0 0 {} 2 0 0 0 0 0 0\n", name, received, sent);
}

TEST(HostEvents, are_none_on_a_host_that_is_well) {
  Host host({"vmstat", "netdev"});
  for (std::int64_t tick = 0; tick < 20; ++tick) {
    host.feed.update(0, fmt::format("pgfault {}\nnr_free_pages {}\n", 3 * tick, 900 - tick));
    host.feed.update(1, interface("e0", static_cast<std::uint64_t>(tick), 5));
    host.sample(tick);
  }
  const HostBlock block = host.build();
  EXPECT_TRUE(block.gaps.empty());
  EXPECT_TRUE(block.resets.empty()) << "a gauge may fall";
  EXPECT_EQ(block.summary.gap_count, 0);
  EXPECT_EQ(block.summary.late_ticks, 0);
  EXPECT_EQ(block.summary.reset_count, 0);
}

TEST(HostEvents, name_the_ticks_without_a_sample) {
  Host host({"vmstat"});
  host.feed.update(0, "pgfault 1\n");
  for (const std::int64_t tick : {2, 3, 4, 9, 10, 12}) host.sample(tick);
  const HostBlock block = host.build();
  ASSERT_EQ(block.gaps.size(), 3U);
  EXPECT_EQ(block.summary.gap_count, 3);
  EXPECT_EQ(block.gaps[0].first_tick, 0);
  EXPECT_EQ(block.gaps[0].last_tick, 1);
  EXPECT_EQ(block.gaps[1].first_tick, 5);
  EXPECT_EQ(block.gaps[1].last_tick, 8);
  EXPECT_EQ(block.gaps[1].next_row, 3);
  EXPECT_EQ(block.gaps[1].next_time_ns, 1009);
  EXPECT_EQ(block.gaps[2].first_tick, 11);
}

TEST(HostEvents, count_samples_later_than_a_tenth_of_the_interval) {
  Host host({"vmstat"});
  host.feed.update(0, "pgfault 1\n");
  std::int64_t tick = 0;
  for (const std::int64_t lateness_ns : {0, 9'999'999, 10'000'000, 10'000'001, 99'000'000})
    host.sample(tick++, lateness_ns);
  host.sample(tick, -30'000'000);  // the last one, at stop
  EXPECT_EQ(host.build().summary.late_ticks, 2);
}

TEST(HostEvents, log_a_device_made_anew_once_with_all_its_counters) {
  Host host({"netdev"});
  host.feed.update(0, interface("lo", 10, 10) + interface("e0", 700, 900));
  host.sample(0);
  host.feed.update(0, interface("lo", 11, 11) + interface("e0", 30, 40));
  host.sample(1);
  const HostBlock block = host.build();
  ASSERT_EQ(block.resets.size(), 1U);
  EXPECT_EQ(block.summary.reset_count, 1);
  EXPECT_EQ(block.resets[0].source, "netdev");
  EXPECT_EQ(block.resets[0].device, "e0");
  EXPECT_EQ(block.resets[0].fields, "rx_bytes tx_bytes");
  EXPECT_EQ(block.resets[0].row, 1);
  EXPECT_EQ(block.resets[0].time_ns, 1001);
}

TEST(HostEvents, see_a_device_that_was_away_and_came_back_lower) {
  Host host({"netdev"});
  host.feed.update(0, interface("lo", 1, 1) + interface("e0", 700, 900));
  host.sample(0);
  host.feed.update(0, interface("lo", 2, 2));
  host.sample(1);
  host.feed.update(0, interface("lo", 3, 3) + interface("e0", 30, 40));
  host.sample(2);
  const HostBlock block = host.build();
  ASSERT_EQ(block.resets.size(), 1U);
  EXPECT_EQ(block.resets[0].row, 2);
}

TEST(HostEvents, take_no_idle_time_that_goes_down_for_a_reset) {
  Host host({"cpu", "percpu"});
  for (const char* text :
       {"cpu  9 0 5 100 50\ncpu0 9 0 5 100 50\n", "cpu  9 0 5 99 47\ncpu0 9 0 5 99 47\n",
        "cpu  9 0 4 99 47\ncpu0 9 0 5 99 47\n"}) {
    host.feed.update(0, text);
    host.feed.update(1, text);
    host.sample(host.ticks++);
  }
  const HostBlock block = host.build();
  ASSERT_EQ(block.resets.size(), 1U);
  EXPECT_EQ(block.resets[0].source, "cpu");
  EXPECT_EQ(block.resets[0].fields, "system") << "which is no idle time";
}

TEST(HostEvents, take_no_wrap_for_a_reset) {
  Host host({"diskstats"});
  const auto disk = [](std::uint64_t time_ms) {
    return fmt::format("8 0 sda 1 2 3 {} 5 6 7 8 9 10 11\n", time_ms);
  };
  host.feed.update(0, disk(4'294'967'290));
  host.sample(0);
  host.feed.update(0, disk(14));  // a 32-bit time of milliseconds
  host.sample(1);
  EXPECT_TRUE(host.build().resets.empty());
}

TEST(HostEvents, are_counted_beyond_the_number_that_is_kept) {
  Host host({"vmstat"});
  constexpr std::int64_t samples = 2 * ResetFinder::most_resets + 100;
  for (std::int64_t tick = 0; tick < samples; ++tick) {
    host.feed.update(0, fmt::format("pgfault {0}\npgfree {0}\n", tick % 2 == 0 ? 1000 : 3));
    host.sample(2 * tick);
  }
  const HostBlock block = host.build();
  EXPECT_EQ(block.resets.size(), ResetFinder::most_resets);
  EXPECT_EQ(block.summary.reset_count, samples / 2);
  EXPECT_EQ(block.resets.back().fields, "pgfault pgfree");
  EXPECT_EQ(block.gaps.size(), 1000U);
  EXPECT_EQ(block.summary.gap_count, samples - 1);
}

}  // namespace
}  // namespace tscollect::block
