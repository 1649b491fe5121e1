// A journal that an older release has left is read as that release read it.
#include "journal/host_journal.hpp"
#include "journal/journal_set.hpp"
#include "stream/record_kind.hpp"

#include <gtest/gtest.h>

#include <array>

namespace tscollect::journal {
namespace {

const std::filesystem::path folder =
    std::filesystem::path(TSCOLLECT_FIXTURES) / "journals" / "version-1";

TEST(OldFormat, version_1_is_read_whole) {
  const struct stat status = [] {
    struct stat found {};
    stat(folder.c_str(), &found);
    return found;
  }();
  Found found = look_at(std::vector{folder}, status.st_uid);
  EXPECT_TRUE(found.refused.empty());
  ASSERT_EQ(found.journals.size(), 3U);
  EXPECT_TRUE(keep_longest(found.journals).empty());
  std::vector<std::filesystem::path> paths;
  for (const Contents& contents : found.journals) paths.push_back(contents.path);
  const auto journal = HostJournal::open(paths, status.st_uid);
  ASSERT_TRUE(journal);
  EXPECT_TRUE(journal->errors().empty());
  EXPECT_EQ(journal->samples(), 396);
  const block::HostBlock block = journal->build_block();
  ASSERT_EQ(block.sources.size(), 2U);
  std::vector<std::string> names;
  for (const auto& row : block.sources[1].rows) names.push_back(row.name);
  EXPECT_EQ(names, (std::vector<std::string>{"lo", "ifb0", "ifb1", "eth0"}));
  EXPECT_EQ(block.sources[1].values.shape, (std::vector<std::uint64_t>{396, 4, 16}));
}

/// What the release that wrote it made of it.
TEST(OldFormat, version_1_has_the_values_that_it_had) {
  stream::SampleDecoder decoder({MonoTime{}, std::chrono::milliseconds(20)}, 2);
  std::int64_t present = 0;
  std::int64_t sum = 0;
  std::int64_t ticks = 0;
  for (const char* part : {"", "+1", "+2"}) {
    const auto path =
        folder / (std::string("tscollect-20261125T201227Z-16945478-vm") + part + ".journal");
    struct stat status {};
    ASSERT_EQ(stat(path.c_str(), &status), 0);
    const auto reader = Reader::open(path, status.st_uid);
    ASSERT_TRUE(reader) << reader.error().message;
    const auto whole = reader->visit([&](std::span<const std::byte> record) {
      if (!decoder.take(record)) return !decoder.failed();
      ticks += decoder.clock().tick;
      for (const std::uint32_t place : decoder.sources()[1].global) {
        if (decoder.values()[place] == missing_integer) continue;
        ++present;
        sum += decoder.values()[place];
      }
      return true;
    });
    EXPECT_TRUE(whole && *whole);
  }
  EXPECT_EQ(decoder.samples(), 396);
  EXPECT_EQ(ticks, 114'881);
  EXPECT_EQ(present, 10'032);
  EXPECT_EQ(sum, 4'163'735'994);
}

}  // namespace
}  // namespace tscollect::journal
