// Devices that leave for good, as a container's interface does: what a sample costs follows from
// what is there, not from what ever was.
#include "stream/sample_stream.hpp"
#include "support/table_feed.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace tscollect::stream {
namespace {

using namespace std::chrono_literals;
using tests::TableFeed;

const TickSchedule grid{MonoTime{5s}, 100ms};

/// One new interface a sample, beside one that stays; each is there for one sample.
class Containers {
 public:
  const std::vector<std::byte>& next() {
    const std::int64_t k = step_++;
    feed_.update(0, fmt::format("  lo: {} 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0\n"
                                "veth{:06x}: 90 1 0 0 0 0 0 0 90 1 0 0 0 0 0 0\n",
                                k, k));
    encoder_.encode({k, 1'000'000'000'000 + k * 100'000'000, 50, 70}, feed_.readings(), records_);
    return records_;
  }
  void restart() { encoder_.restart(); }
  [[nodiscard]] std::size_t touched() const { return feed_.table(0).touched().size(); }

 private:
  TableFeed feed_{{"netdev"}};
  SampleEncoder encoder_{grid, 1};
  std::vector<std::byte> records_;
  std::int64_t step_ = 0;
};

constexpr std::size_t columns = 16;

TEST(Leaving, a_sample_costs_what_is_there) {
  Containers containers;
  std::size_t early = 0;
  std::size_t late = 0;
  for (int i = 0; i < 4000; ++i) {
    const std::size_t bytes = containers.next().size();
    if (i >= 100 && i < 200) early = std::max(early, bytes);
    if (i >= 3900) late = std::max(late, bytes);
    ASSERT_LE(containers.touched(), 3 * columns);
  }
  EXPECT_LT(late, 200U);
  EXPECT_LE(late, early + 20);  // numbers grow
}

TEST(Leaving, a_restart_announces_only_what_is_there) {
  Containers containers;
  for (int i = 0; i < 2000; ++i) containers.next();
  containers.restart();
  EXPECT_LT(containers.next().size(), 900U);  // the names of the fields are most of it
}

TEST(Leaving, the_values_are_those_that_were_there) {
  constexpr int samples = 300;
  Containers containers;
  SampleDecoder decoder(grid, 1);
  for (int k = 0; k < samples; ++k) {
    if (k == samples / 2) containers.restart();
    const auto& records = containers.next();
    base::ByteReader in(records);
    bool is_sample = false;
    while (!in.at_end()) is_sample = decoder.take(in.take(in.count(1)));
    ASSERT_TRUE(is_sample && !decoder.failed());
    const auto& source = decoder.sources()[0];
    std::size_t present = 0;
    for (std::size_t i = 0; i < source.columns.size(); ++i) {
      if (decoder.values()[source.global[i]] == missing_integer) continue;
      ++present;
      const std::string& row = source.rows[source.columns[i].row].name;
      ASSERT_TRUE(row == "lo" || row == fmt::format("veth{:06x}", k)) << row << " in sample " << k;
      ASSERT_TRUE(std::ranges::find(decoder.changed(), source.global[i]) !=
                      decoder.changed().end() ||
                  row == "lo");
    }
    EXPECT_EQ(present, 2 * columns);
  }
  EXPECT_EQ(decoder.sources()[0].rows.size(), 1U + samples);
  EXPECT_EQ(decoder.owners().size(), decoder.values().size());
}

}  // namespace
}  // namespace tscollect::stream
