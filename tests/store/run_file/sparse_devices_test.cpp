// Devices that are there for a short while, as a container's interface is: what the stop does and
// the file takes follows from when they were there, and everything else reads as missing.
#include "block/block_builder.hpp"
#include "block/chunk_shape.hpp"
#include "store/run_file/run_file_reader.hpp"
#include "support/host_blocks.hpp"
#include "support/table_feed.hpp"
#include "support/temporary_directory.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace tscollect::store {
namespace {

using namespace std::chrono_literals;

const stream::TickSchedule grid{MonoTime{5s}, 100ms};
using Devices = std::map<std::string, std::int64_t>;  ///< bytes received, by name

/// A host whose interfaces are what each sample is told, and its block.
class Host {
 public:
  void sample(const Devices& devices) {
    std::string text;
    for (const auto& [name, bytes] : devices)
      text += fmt::format("{}: {} 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0\n", name, bytes);
    feed_.update(0, text);
    const std::int64_t k = static_cast<std::int64_t>(seen_.size());
    encoder_.encode({k, tests::start_ns + k * 100'000'000, 50, 70}, feed_.readings(), records_);
    store_.append(records_);
    seen_.push_back(devices);
  }
  [[nodiscard]] std::int64_t samples() const { return static_cast<std::int64_t>(seen_.size()); }
  void restart() { encoder_.restart(); }

  [[nodiscard]] block::HostBlock build() const {
    block::BlockContext context;
    context.summary.name = "node01";
    context.grid = grid;
    context.recorded = feed_.recorded();
    return block::build_block(
        [this](const block::RecordVisitor& visit) { store_.for_each_record(visit); },
        std::move(context));
  }

  /// Writes the block, and compares what is read with what was sampled.
  void expect_in_a_file(const block::HostBlock& block) const {
    const test::TemporaryDirectory folder;
    tests::write_run(folder.path() / "run.h5", {&block, 1});
    const ReadHost host = RunFileReader(folder.path() / "run.h5").read_host("node01");
    ASSERT_EQ(host.sources.size(), 1U);
    const ReadSource& source = host.sources.front();
    const std::size_t rows = source.description.rows.size();
    const std::size_t fields = source.description.fields.size();
    ASSERT_EQ(source.values.size(), seen_.size() * rows * fields);
    for (std::size_t k = 0; k < seen_.size(); ++k)
      for (std::size_t row = 0; row < rows; ++row) {
        const auto found = seen_[k].find(source.description.rows[row].name);
        const std::int64_t* cells = source.values.data() + (k * rows + row) * fields;
        const std::int64_t wanted = found == seen_[k].end() ? missing_integer : found->second;
        ASSERT_EQ(cells[0], wanted) << "sample " << k << ", device " << row;
        ASSERT_EQ(cells[1], found == seen_[k].end() ? missing_integer : 1);
      }
    EXPECT_TRUE(source.description.has_missing);
  }

 private:
  tests::TableFeed feed_{{"netdev"}};
  stream::SampleEncoder encoder_{grid, 1};
  stream::SampleStore store_;
  std::vector<std::byte> records_;
  std::vector<Devices> seen_;
};

/// Elements that were filled and compressed.
std::uint64_t elements_of(const block::HostBlock& block) {
  const block::ChunkedArray& values = block.sources.front().values;
  std::uint64_t each = 1;
  for (const std::uint64_t length : values.chunk_shape) each *= length;
  return each * values.chunks.size();
}

/// A new container a sample.
void run_containers(Host& host, int samples) {
  for (int i = 0; i < samples; ++i) {
    const std::int64_t k = host.samples();
    if (k % 250 == 249) host.restart();
    host.sample({{"lo", 17 * k}, {fmt::format("veth{:06x}", k), k}});
  }
}

TEST(SparseDevices, a_new_one_at_each_sample_costs_a_chunk) {
  constexpr int samples = 600;
  Host host;
  run_containers(host, samples);
  const block::HostBlock block = host.build();
  EXPECT_LE(block.sources.front().values.chunks.size(), samples + 3U);
  host.expect_in_a_file(block);
}

TEST(SparseDevices, what_is_filled_at_the_stop_grows_with_what_was_there) {
  Host host;
  run_containers(host, 600);
  const std::uint64_t once = elements_of(host.build());
  run_containers(host, 600);
  const std::uint64_t twice = elements_of(host.build());
  EXPECT_LT(twice, 2 * once + once / 10);
}

TEST(SparseDevices, chunks_without_any_value_are_left_out) {
  constexpr int samples = 3 * static_cast<int>(block::longest_chunk_samples);
  Host host;
  // Beside one that stays: away in the second chunk, and one that is there in the third alone.
  for (int k = 0; k < samples; ++k) {
    Devices devices = {{"lo", k}};
    if (k < 10 || k > samples - 20) devices["eth0"] = 3 * k;
    if (k > samples - 5) devices["eth1"] = 5 * k;
    host.sample(devices);
  }
  const block::HostBlock block = host.build();
  EXPECT_EQ(block.sources.front().values.chunk_shape.front(), block::longest_chunk_samples);
  EXPECT_EQ(block.sources.front().values.chunks.size(), 3U + 2U + 1U);
  host.expect_in_a_file(block);
}

TEST(SparseDevices, one_that_comes_back_is_itself) {
  Host host;
  for (int k = 0; k < 60; ++k) {
    if (k == 30) host.restart();
    Devices devices = {{"lo", k}};
    if (k % 20 == 7) devices["usb0"] = 1000 + k;
    if (k == 29 || k == 45) devices["usb1"] = k;
    host.sample(devices);
  }
  host.expect_in_a_file(host.build());
}

}  // namespace
}  // namespace tscollect::store
