#include "base/bytes.hpp"
#include "block/block_builder.hpp"
#include "block/host_block.hpp"
#include "support/table_feed.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <bit>
#include <cmath>

namespace tscollect::block {
namespace {

using namespace std::chrono_literals;
using tests::TableFeed;

const stream::TickSchedule grid{MonoTime{5s}, 100ms};

/// Undoes deflate and shuffle, independently of the code under test.
std::vector<std::int64_t> inflate(const HostBlock& block, const ChunkedArray& array,
                                  const Chunk& chunk) {
  std::size_t count = 1;
  for (const std::uint64_t length : array.chunk_shape) count *= length;
  std::vector<unsigned char> shuffled(count * 8);
  uLongf size = static_cast<uLongf>(shuffled.size());
  EXPECT_EQ(uncompress(shuffled.data(), &size,
                       reinterpret_cast<const Bytef*>(block.payload.data() + chunk.payload_begin),
                       static_cast<uLong>(chunk.payload_size)),
            Z_OK);
  EXPECT_EQ(size, shuffled.size());
  std::vector<std::int64_t> elements(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t bits = 0;
    for (std::size_t plane = 8; plane-- > 0;) bits = bits << 8 | shuffled[plane * count + i];
    elements[i] = static_cast<std::int64_t>(bits);
  }
  return elements;
}

/// The whole array, row-major; every element must be covered by a chunk exactly once.
std::vector<std::int64_t> unpack_array(const HostBlock& block, const ChunkedArray& array) {
  auto three = [](std::vector<std::uint64_t> v, std::uint64_t fill) {
    if (v.size() == 2) v.insert(v.begin() + 1, fill);
    v.resize(3, fill);
    return v;
  };
  const auto shape = three(array.shape, 1);
  const auto chunk_shape = three(array.chunk_shape, 1);
  std::vector<std::int64_t> elements(shape[0] * shape[1] * shape[2], 4242);
  for (const Chunk& chunk : array.chunks) {
    const auto part = inflate(block, array, chunk);
    const auto at = three(chunk.offset, 0);
    for (std::uint64_t t = 0; t < chunk_shape[0]; ++t)
      for (std::uint64_t r = 0; r < chunk_shape[1]; ++r)
        for (std::uint64_t f = 0; f < chunk_shape[2]; ++f) {
          if (at[0] + t >= shape[0] || at[1] + r >= shape[1] || at[2] + f >= shape[2]) continue;
          auto& element = elements[((at[0] + t) * shape[1] + at[1] + r) * shape[2] + at[2] + f];
          EXPECT_EQ(element, 4242);
          element = part[(t * chunk_shape[1] + r) * chunk_shape[2] + f];
        }
  }
  return elements;
}

struct Host {
  explicit Host(std::vector<std::string> names) : feed(names), encoder(grid, names.size()) {}
  void sample(std::int64_t tick) {
    encoder.encode({tick, 1000 + tick, 5, 7}, feed.readings(), records);
    store.append(records);
  }
  [[nodiscard]] HostBlock build() const {
    BlockContext context;
    context.summary.name = "node1";
    context.grid = grid;
    context.recorded = feed.recorded();
    return build_block([this](const RecordVisitor& visit) { store.for_each_record(visit); },
                       context);
  }
  TableFeed feed;
  stream::SampleEncoder encoder;
  stream::SampleStore store;
  std::vector<std::byte> records;
};

TEST(HostBlock, sums_up_how_late_samples_were_and_how_long_they_took) {
  Host host({"vmstat"});
  host.feed.update(0, "pgfault 1\n");
  for (std::int64_t i = 0; i < 200; ++i) {
    // The last one is taken at stop, ahead of its tick.
    const std::int64_t lateness = i < 199 ? 1000 + i : -5'000'000;
    host.encoder.encode({i, 1000 + i, lateness, 70'000 - i}, host.feed.readings(), host.records);
    host.store.append(host.records);
  }
  const HostSummary summary = host.build().summary;
  EXPECT_EQ(summary.late_p50_ns, 1099);
  EXPECT_EQ(summary.late_p99_ns, 1197);
  EXPECT_EQ(summary.late_max_ns, 1198);
  EXPECT_EQ(summary.duration_p50_ns, 69'901);
  EXPECT_EQ(summary.duration_p99_ns, 69'999);
  EXPECT_EQ(summary.duration_max_ns, 70'000);
}

TEST(HostBlock, holds_every_value_of_a_long_run) {
  constexpr std::int64_t samples = 9000;  // more than two chunks along time
  Host host({"vmstat", "netdev"});
  for (std::int64_t i = 0; i < samples; ++i) {
    host.feed.update(0, fmt::format("pgfault {}\npgfree 7\nnr_dirty {}\n", i * 3, i % 11));
    host.feed.update(1, fmt::format("lo: {} 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"
                                    "e0: 1 {} 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n",
                                    i, i * i));
    host.sample(i);
  }
  const HostBlock block = host.build();
  ASSERT_EQ(block.sources.size(), 2U);
  const HostSource& vmstat = block.sources[0];
  EXPECT_FALSE(vmstat.has_missing);
  const auto flat = unpack_array(block, vmstat.values);
  const HostSource& netdev = block.sources[1];
  const auto devices = unpack_array(block, netdev.values);
  ASSERT_EQ(netdev.values.shape, (std::vector<std::uint64_t>{samples, 2, 16}));
  for (std::int64_t i = 0; i < samples; ++i) {
    const auto row = static_cast<std::size_t>(i);
    ASSERT_EQ(flat[row * 3], i * 3);
    ASSERT_EQ(flat[row * 3 + 1], 7);
    ASSERT_EQ(flat[row * 3 + 2], i % 11);
    ASSERT_EQ(devices[row * 32], i);
    ASSERT_EQ(devices[row * 32 + 17], i * i);
  }
  EXPECT_EQ(unpack_array(block, block.tick)[8999], 8999);
  EXPECT_EQ(block.summary.samples, samples);
}

TEST(HostBlock, says_missing_where_nothing_was) {
  Host host({"vmstat", "diskstats"});
  host.feed.update(0, "x 1\n");
  host.feed.update(1, "8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n");
  host.sample(0);
  host.feed.update(0, "x 1\ny 2\n");
  host.feed.update(1, "8 16 sdb 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15\n");
  host.sample(1);
  host.feed.fail(0, "gone");
  host.sample(2);
  const HostBlock block = host.build();
  const auto flat = unpack_array(block, block.sources[0].values);
  const std::vector<std::int64_t> expected = {1, missing_integer, 1,
                                              2, missing_integer, missing_integer};
  EXPECT_EQ(flat, expected);
  EXPECT_TRUE(block.sources[0].has_missing);
  const auto disks = unpack_array(block, block.sources[1].values);
  ASSERT_EQ(block.sources[1].values.shape, (std::vector<std::uint64_t>{3, 2, 15}));
  EXPECT_EQ(disks[10], 11);               // sda's last statistic
  EXPECT_EQ(disks[11], missing_integer);  // sda has no discards
  EXPECT_EQ(disks[15], missing_integer);  // sdb is not there yet
  EXPECT_EQ(disks[30], missing_integer);  // sda has gone
  EXPECT_EQ(disks[30 + 15 + 14], 15);     // sdb's last
  ASSERT_EQ(block.errors.size(), 1U);
  EXPECT_EQ(block.errors[0].message, "gone");
  EXPECT_EQ(block.errors[0].first_row, 2);
}

TEST(HostBlock, keeps_reals_as_reals_and_their_integers_as_numbers) {
  Host host({"loadavg"});
  host.feed.update(0, "0.15 12.50 0.00 3/456 9999\n");
  host.sample(0);
  host.feed.update(0, "nonsense\n");
  host.sample(1);
  const HostBlock block = host.build();
  ASSERT_EQ(block.sources[0].values.type, ValueType::real);
  const auto bits = unpack_array(block, block.sources[0].values);
  EXPECT_EQ(std::bit_cast<double>(bits[0]), 0.15);
  EXPECT_EQ(std::bit_cast<double>(bits[3]), 3.0);
  EXPECT_EQ(std::bit_cast<double>(bits[4]), 456.0);
  EXPECT_TRUE(std::isnan(std::bit_cast<double>(bits[5])));
}

TEST(HostBlock, joins_repeated_errors_and_counts_them) {
  Host host({"vmstat"});
  for (std::int64_t i = 0; i < 10; ++i) {
    if (i == 4) {
      host.feed.update(0, "x 1\n");
    } else {
      host.feed.fail(0, i < 8 ? "cannot read" : "cannot open");
    }
    host.sample(i);
  }
  const HostBlock block = host.build();
  ASSERT_EQ(block.errors.size(), 3U);
  EXPECT_EQ(block.errors[0].count, 4);
  EXPECT_EQ(block.errors[1].first_row, 5);
  EXPECT_EQ(block.errors[1].last_row, 7);
  EXPECT_EQ(block.errors[2].message, "cannot open");
  EXPECT_EQ(block.summary.error_count, 9);
}

TEST(HostBlock, survives_the_wire) {
  Host host({"vmstat", "diskstats"});
  host.feed.update(0, "x 18446744073709551615\ny 2\n");
  host.feed.update(1, "8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n");
  for (int i = 0; i < 5; ++i) host.sample(i);
  const HostBlock block = host.build();
  const auto packed = pack(block);
  const auto back = unpack(packed);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(pack(*back), packed);
  EXPECT_EQ(back->sources[0].uint64_columns, std::vector<std::string>{"x"});
  EXPECT_EQ(unpack_array(*back, back->sources[0].values),
            unpack_array(block, block.sources[0].values));
}

TEST(HostBlock, refuses_damage_on_the_wire) {
  Host host({"vmstat"});
  host.feed.update(0, "x 1\n");
  host.sample(0);
  const auto packed = pack(host.build());
  EXPECT_FALSE(unpack(std::span<const std::byte>()));
  for (std::size_t size = 0; size < packed.size(); ++size) {
    const auto outcome = unpack(std::span(packed).first(size));
    EXPECT_FALSE(outcome) << size << " of " << packed.size();
  }
  for (std::size_t i = 0; i < packed.size(); ++i) {
    auto damaged = packed;
    damaged[i] ^= std::byte{0x40};
    // Damage may go unnoticed in a name or a value; what is accepted is consistent.
    const auto outcome = unpack(damaged);
    if (!outcome) continue;
    for (const HostSource& source : outcome->sources)
      for (const Chunk& chunk : source.values.chunks)
        EXPECT_LE(chunk.payload_begin + chunk.payload_size, outcome->payload.size());
  }
}

std::vector<std::byte> packed_with_head(const std::vector<std::byte>& good,
                                        const std::vector<std::byte>& head) {
  std::vector<std::byte> packed(good.begin(), good.begin() + 12);  // magic and version
  for (std::uint64_t size = head.size(), i = 0; i < 8; ++i, size >>= 8)
    packed.push_back(static_cast<std::byte>(size & 0xff));
  packed.insert(packed.end(), head.begin(), head.end());
  return packed;
}

TEST(HostBlock, refuses_a_head_of_any_other_bytes) {
  const auto good = pack(Host({"vmstat"}).build());
  for (const int byte : {0x00, 0x01, 0x7f, 0x81, 0xff}) {
    const std::vector<std::byte> head(4'000'000, static_cast<std::byte>(byte));
    const auto block = unpack(packed_with_head(good, head));
    ASSERT_FALSE(block.has_value()) << byte;
    EXPECT_EQ(block.error().message, "packed host block: its header is malformed");
  }
}

TEST(HostBlock, refuses_a_list_longer_than_the_head) {
  const auto good = pack(Host({"vmstat"}).build());
  // An empty name, then what would be the number of samples, and so on: 2^63 of everything.
  std::vector<std::byte> head;
  for (int i = 0; i < 60; ++i) base::ByteWriter(head).varint(std::uint64_t{1} << 63U);
  EXPECT_FALSE(unpack(packed_with_head(good, head)).has_value());
}

}  // namespace
}  // namespace tscollect::block
