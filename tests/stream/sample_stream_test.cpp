#include "stream/sample_store.hpp"
#include "stream/sample_stream.hpp"
#include "support/table_feed.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

namespace tscollect::stream {
namespace {

using namespace std::chrono_literals;
using tests::TableFeed;

const TickSchedule grid{MonoTime{5s}, 100ms};

/// Values by "row.field"; missing ones are not there.
using Cells = std::map<std::string, std::int64_t>;

Cells cells_of(const table::Table& table) {
  Cells cells;
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    const auto& column = table.columns()[i];
    if (table.values()[i] != missing_integer)
      cells[table.rows()[column.row].name + "." + table.fields()[column.field].name] =
          table.values()[i];
  }
  return cells;
}

Cells cells_of(const SampleDecoder& decoder, std::size_t index) {
  Cells cells;
  const StreamSource& source = decoder.sources()[index];
  for (std::size_t i = 0; i < source.columns.size(); ++i) {
    const std::int64_t value = decoder.values()[source.global[i]];
    if (value != missing_integer)
      cells[source.rows[source.columns[i].row].name + "." +
            source.fields[source.columns[i].field].name] = value;
  }
  return cells;
}

/// Encodes samples and keeps what each should decode to.
class Recording {
 public:
  explicit Recording(std::vector<std::string> names)
      : feed(names), encoder_(grid, names.size()), sources_(names.size()) {}

  void sample(SampleClock clock) {
    encoder_.encode(clock, feed.readings(), records_);
    last_bytes = records_.size();
    store.append(records_);
    clocks_.push_back(clock);
    std::vector<Cells> cells;
    std::vector<std::string> errors;
    for (std::size_t i = 0; i < sources_; ++i) {
      cells.push_back(cells_of(feed.table(i)));
      errors.emplace_back(feed.readings()[i].error);
    }
    expected_.push_back(std::move(cells));
    errors_.push_back(std::move(errors));
  }
  void restart() { encoder_.restart(); }
  void sample(std::int64_t tick) { sample({tick, 1'000'000'000'000 + tick * 100'000'000, 50, 70}); }

  void check() const {
    SampleDecoder decoder(grid, sources_);
    std::size_t row = 0;
    store.for_each_record([&](std::span<const std::byte> record) {
      if (decoder.take(record)) {
        EXPECT_EQ(decoder.clock(), clocks_[row]) << "sample " << row;
        for (std::size_t i = 0; i < sources_; ++i) {
          EXPECT_EQ(cells_of(decoder, i), expected_[row][i]) << "sample " << row;
          EXPECT_EQ(decoder.sources()[i].error, errors_[row][i]) << "sample " << row;
        }
        ++row;
      }
      return !decoder.failed();
    });
    EXPECT_FALSE(decoder.failed());
    EXPECT_EQ(row, clocks_.size());
  }

  TableFeed feed;
  SampleStore store;
  std::size_t last_bytes = 0;

 private:
  SampleEncoder encoder_;
  std::size_t sources_;
  std::vector<std::byte> records_;
  std::vector<SampleClock> clocks_;
  std::vector<std::vector<Cells>> expected_;
  std::vector<std::vector<std::string>> errors_;
};

TEST(SampleStream, gives_back_what_was_sampled) {
  Recording recording({"vmstat", "loadavg"});
  recording.feed.update(0, "pgfault 10\npgfree 7\n");
  recording.feed.update(1, "0.10 0.20 0.30 1/200 77\n");
  recording.sample(0);
  recording.feed.update(0, "pgfault 18446744073709551615\npgfree 7\n");
  recording.feed.update(1, "0.11 0.20 0.30 2/200 77\n");
  recording.sample(1);
  recording.feed.update(0, "pgfault 3\npgfree -9\n");
  recording.sample(2);
  recording.check();
}

TEST(SampleStream, columns_run_on_through_a_restart) {
  Recording recording({"vmstat", "netdev"});
  const std::string lo = "  lo: 5 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0\n";
  const std::string eth0 = "eth0: 7 1 0 0 0 0 0 0 7 1 0 0 0 0 0 0\n";
  recording.feed.update(0, "pgfault 10\npgfree 7\n");
  recording.feed.update(1, lo);
  recording.sample(0);
  recording.feed.update(1, lo + eth0);
  recording.sample(1);
  // New after another source's: its number is another one from the restart on.
  recording.feed.update(0, "pgfault 12\npgfree 7\npgsteal 1\n");
  recording.feed.fail(1, "netdev: went away");
  recording.sample(2);
  recording.restart();
  recording.feed.update(0, "pgfault 12\npgsteal 2\n");
  recording.sample(5);
  EXPECT_GT(recording.last_bytes, 100U);
  recording.feed.update(0, "pgfault 13\npgfree 8\npgsteal 2\npgscan 1\n");
  recording.feed.update(1, lo + eth0);
  recording.sample(6);
  recording.check();
}

TEST(SampleStream, spends_nothing_on_columns_that_never_changed) {
  Recording recording({"vmstat"});
  std::string text;
  for (int i = 0; i < 1000; ++i) text += fmt::format("key{} {}\n", i, i);
  recording.feed.update(0, text);
  recording.sample(0);
  recording.feed.update(0, text);
  recording.sample(1);
  EXPECT_LT(recording.last_bytes, 12U);
  recording.check();
}

TEST(SampleStream, follows_devices_and_keys_that_come_and_go) {
  Recording recording({"netdev", "vmstat"});
  const std::string a = "  a: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n";
  const std::string b = "  b: 9 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n";
  recording.feed.update(0, a);
  recording.feed.update(1, "x 1\ny 2\n");
  recording.sample(0);
  recording.feed.update(0, a + b);
  recording.feed.update(1, "x 1\nz 5\ny 2\n");
  recording.sample(1);
  recording.feed.update(0, b);
  recording.feed.update(1, "z 6\n");
  recording.sample(2);
  recording.feed.update(0, b + a);
  recording.feed.update(1, "y 2\nx 1\n");
  recording.sample(3);
  recording.check();
}

TEST(SampleStream, keeps_errors_with_the_samples_they_belong_to) {
  Recording recording({"vmstat", "meminfo"});
  recording.feed.update(0, "x 1\n");
  recording.feed.update(1, "MemTotal: 5 kB\n");
  recording.sample(0);
  recording.feed.fail(0, "vmstat: cannot read: Input/output error");
  recording.sample(1);
  recording.sample(2);
  recording.feed.update(0, "x 1\ny abc\n");
  recording.sample(3);
  recording.feed.update(0, "x 2\n");
  recording.sample(4);
  recording.check();
}

TEST(SampleStream, keeps_skipped_ticks_early_samples_and_clock_steps) {
  Recording recording({"vmstat"});
  recording.feed.update(0, "x 1\n");
  recording.sample({0, 1'700'000'000'000'000'000, 81'000, 300'000});
  recording.sample({1, 1'700'000'000'100'000'010, 60'000, 290'000});
  recording.sample({7, 1'699'999'999'000'000'000, 99'000'000, 1});
  recording.sample({8, 1'700'000'001'000'000'000, -40'000'000, 2});
  recording.check();
}

TEST(SampleStream, marks_columns_that_need_their_64th_bit_whenever_that_shows) {
  Recording recording({"vmstat"});
  recording.feed.update(0, "x 1\ny 18446744073709551615\n");
  recording.sample(0);
  recording.feed.update(0, "x 9223372036854775809\ny 1\n");
  recording.sample(1);
  SampleDecoder decoder(grid, 1);
  std::vector<std::pair<bool, bool>> seen;
  recording.store.for_each_record([&](std::span<const std::byte> record) {
    if (decoder.take(record))
      seen.emplace_back(decoder.sources()[0].columns[0].beyond_int64,
                        decoder.sources()[0].columns[1].beyond_int64);
    return true;
  });
  const std::vector<std::pair<bool, bool>> expected = {{false, true}, {true, true}};
  EXPECT_EQ(seen, expected);
  recording.check();
}

TEST(SampleStream, survives_a_long_random_run) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937 random(seed);
  Recording recording({"vmstat", "netdev"});
  std::map<std::string, std::uint64_t> keys;
  for (int step = 0; step < 2000; ++step) {
    if (keys.empty() || random() % 20 == 0) keys[fmt::format("key{}", random() % 60)] = random();
    if (random() % 40 == 0) keys.erase(keys.begin());
    for (auto& [key, value] : keys)
      if (random() % 4 == 0) value += random() % 3 == 0 ? ~std::uint64_t{random()} : random() % 500;
    std::string text;
    for (const auto& [key, value] : keys)
      if (value != std::uint64_t{1} << 63) text += fmt::format("{} {}\n", key, value);
    if (random() % 50 == 0) {
      recording.feed.fail(0, "cannot read");
    } else {
      recording.feed.update(0, text);
    }
    std::string interfaces;
    for (int i = 0; i < 3; ++i)
      if (random() % 10 != 0)
        interfaces += fmt::format("i{}: {} 2 3 4 5 6 7 8 9 10 11 12 13 14 15 {}\n", i, random(), i);
    recording.feed.update(1, interfaces);
    if (random() % 100 == 0) recording.restart();
    recording.sample(step);
  }
  recording.check();
}

/// What was known of each interface when the stream ended.
std::map<std::string, std::vector<std::string>> texts_in(const SampleStore& store) {
  SampleDecoder decoder(grid, 1);
  store.for_each_record([&](std::span<const std::byte> record) {
    static_cast<void>(decoder.take(record));
    return !decoder.failed();
  });
  EXPECT_FALSE(decoder.failed());
  std::map<std::string, std::vector<std::string>> texts;
  for (const auto& row : decoder.sources()[0].rows) texts[row.name] = row.texts;
  return texts;
}

TEST(SampleStream, describes_devices_when_they_are_known) {
  Recording recording({"netdev"});
  const std::string lo = "lo: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n";
  const std::string eth = "eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n";
  recording.feed.update(0, lo);
  recording.sample(0);
  EXPECT_EQ(texts_in(recording.store)["lo"], std::vector<std::string>());
  recording.feed.describe(0, 0, {{-1}, {"loopback", "", "", "", "", ""}});
  recording.sample(1);
  const std::size_t told = recording.last_bytes;
  recording.sample(2);
  EXPECT_LT(recording.last_bytes, told) << "it is told once";
  recording.feed.update(0, lo + eth);
  recording.feed.describe(0, 1, {{1000}, {"physical", "", "", "", "", ""}});
  recording.sample(3);
  EXPECT_EQ(texts_in(recording.store)["lo"].front(), "loopback");
  EXPECT_EQ(texts_in(recording.store)["eth0"].front(), "physical");
  recording.check();
}

TEST(SampleStream, describes_after_a_restart_what_is_there) {
  Recording recording({"netdev"});
  const std::string lo = "lo: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n";
  recording.feed.update(0, lo + "veth7: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n");
  recording.feed.describe(0, 0, {{-1}, {"loopback", "", "", "", "", ""}});
  recording.feed.describe(0, 1, {{10000}, {"virtual", "", "", "", "", ""}});
  recording.sample(0);
  recording.feed.update(0, lo);
  recording.sample(1);
  const std::size_t bytes_before = recording.store.bytes();
  recording.restart();
  recording.sample(2);
  SampleDecoder decoder(grid, 1);  // as of the journal's next part, read by itself
  std::size_t at = 0;
  recording.store.for_each_record([&](std::span<const std::byte> record) {
    at += record.size() + (record.size() < 128 ? 1 : 2);
    if (at > bytes_before) static_cast<void>(decoder.take(record));
    return !decoder.failed();
  });
  ASSERT_FALSE(decoder.failed());
  ASSERT_EQ(decoder.sources()[0].rows.size(), 1U);
  EXPECT_EQ(decoder.sources()[0].rows[0].texts.front(), "loopback");
  recording.check();
}

TEST(SampleStream, refuses_malformed_records_without_harm) {
  Recording recording({"vmstat", "netdev"});
  recording.feed.update(0, "x 1\ny 2\n");
  recording.feed.update(1, "a: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n");
  recording.sample(0);
  recording.feed.update(0, "x 5\ny 9\n");
  recording.feed.describe(1, 0, {{1000}, {"physical", "bond", "", "", "", ""}});
  recording.sample(1);
  std::vector<std::vector<std::byte>> records;
  recording.store.for_each_record([&](std::span<const std::byte> record) {
    records.emplace_back(record.begin(), record.end());
    return true;
  });
  std::mt19937 random(7);
  int refused = 0;
  for (int trial = 0; trial < 20000; ++trial) {
    SampleDecoder decoder(grid, 2);
    for (const auto& record : records) {
      auto damaged = record;
      if (random() % 2 == 0) damaged[random() % damaged.size()] ^= std::byte(1U << (random() % 8));
      if (random() % 8 == 0) damaged.resize(random() % damaged.size());
      decoder.take(damaged);
    }
    refused += decoder.failed() ? 1 : 0;
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace tscollect::stream
