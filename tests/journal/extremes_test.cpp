// The extremes of what a collector can write are taken whole.
#include "journal/folder.hpp"
#include "journal/host_journal.hpp"
#include "journal/journal_set.hpp"
#include "support/journal_feed.hpp"
#include "support/table_feed.hpp"
#include "support/temporary_directory.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tscollect::journal {
namespace {

using test::TemporaryDirectory;
using tests::journal_header;

struct Extreme {
  int devices;
  int samples;
  std::uint64_t part_bytes;
  bool build;
};

/// Devices that never change, and one column that does. Returns how many parts it took.
std::size_t check(const Extreme& extreme) {
  const TemporaryDirectory folder;
  Header header = journal_header();
  header.sources = {"loadavg", "netdev"};
  header.interval_ns = 1'000'000;
  tests::TableFeed feed(header.sources);
  std::string idle;
  for (int i = 0; i < extreme.devices; ++i)
    idle += fmt::format("veth{:06}: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n", i);
  stream::SampleEncoder encoder(header.grid(), header.sources.size());
  std::vector<std::byte> records;
  {
    Writer writer(header, {folder.path(), std::nullopt, 0, extreme.part_bytes});
    for (std::int64_t k = 0; k < extreme.samples; ++k) {
      feed.update(0, fmt::format("0.00 0.00 0.00 1/100 {}\n", k));
      if (k < 2) feed.update(1, idle);
      encoder.encode({k, 1'735'786'000'000'000'000 + k * 1'000'000, 0, 0}, feed.readings(),
                     records);
      EXPECT_TRUE(writer.append(records));
      if (writer.part_is_full() && writer.begin_part()) encoder.restart();
    }
    EXPECT_EQ(writer.loss(), "");
  }
  Found found = look_at(std::vector{folder.path()});
  EXPECT_TRUE(keep_longest(found.journals).empty());
  std::vector<std::filesystem::path> paths;
  for (const Contents& contents : found.journals) paths.push_back(contents.path);
  const auto journal = HostJournal::open(paths);
  EXPECT_TRUE(journal);
  EXPECT_TRUE(journal->errors().empty()) << journal->errors().front();
  EXPECT_EQ(journal->samples(), extreme.samples);
  EXPECT_EQ(journal->lost_samples(), 0);
  if (!extreme.build) return paths.size();
  const block::HostBlock block = journal->build_block();
  EXPECT_EQ(block.summary.samples, extreme.samples);
  EXPECT_EQ(block.sources.at(1).rows.size(), static_cast<std::size_t>(extreme.devices));
  return paths.size();
}

TEST(Extremes, many_idle_devices_and_one_column_that_changes) {
  EXPECT_EQ(check({4000, 45'000, std::uint64_t{1} << 20, false}), 1U);
  EXPECT_GT(check({1000, 50'000, std::uint64_t{1} << 18, false}), 1U);
}

TEST(Extremes, the_same_built_into_a_block) { EXPECT_GT(check({60, 3000, 10'000, true}), 1U); }

}  // namespace
}  // namespace tscollect::journal
