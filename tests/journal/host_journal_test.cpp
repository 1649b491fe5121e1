#include "journal/host_journal.hpp"

#include "journal/crc24.hpp"
#include "journal/folder.hpp"
#include "journal/journal_set.hpp"
#include "support/journal_feed.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace tscollect::journal {
namespace {

using test::TemporaryDirectory;
using tests::journal_header;
using tests::JournalFeed;

/// As a host session does it.
void sample(Writer& writer, JournalFeed& feed) {
  writer.append(feed.next());
  if (!writer.part_is_full()) return;
  feed.restart();
  ASSERT_TRUE(writer.begin_part());
}

constexpr std::uint64_t part_bytes = 9000;
constexpr int all_samples = 1200;

/// A journal of some parts.
struct Parts {
  explicit Parts(std::uint64_t limit = 0, int samples = all_samples) : feed(journal_header()) {
    Writer writer(journal_header(), {folder.path(), std::nullopt, limit, part_bytes});
    for (int i = 0; i < samples; ++i) {
      sample(writer, feed);
      most_bytes = std::max(most_bytes, writer.bytes());
    }
    EXPECT_EQ(writer.error(), "");
    EXPECT_EQ(writer.samples(), samples);
    Found found = look_at(std::vector{folder.path()});
    EXPECT_TRUE(keep_longest(found.journals).empty());
    for (const Contents& contents : found.journals) {
      paths.push_back(contents.path);
      counts.push_back(contents.samples);
    }
  }
  [[nodiscard]] HostJournal open() const {
    auto journal = HostJournal::open(paths);
    EXPECT_TRUE(journal);
    return std::move(*journal);
  }

  TemporaryDirectory folder;
  JournalFeed feed;
  std::uint64_t most_bytes = 0;
  std::vector<std::filesystem::path> paths;
  std::vector<std::int64_t> counts;
};

TEST(HostJournal, parts_give_the_block_that_the_collector_builds) {
  const Parts parts;
  ASSERT_GT(parts.paths.size(), 3U);
  EXPECT_TRUE(parts.paths[1].string().ends_with("node01+1.journal"));
  block::BlockContext context;
  context.grid = journal_header().grid();
  context.recorded = parts.feed.recorded();
  context.excluded_rows = journal_header().excluded_rows;
  const block::HostBlock expected = block::build_block(
      [&](const block::RecordVisitor& visit) { parts.feed.store.for_each_record(visit); },
      std::move(context));
  const HostJournal journal = parts.open();
  EXPECT_EQ(journal.samples(), all_samples);
  EXPECT_EQ(journal.lost_samples(), 0);
  EXPECT_TRUE(journal.errors().empty());
  const block::HostBlock block = journal.build_block();
  EXPECT_EQ(block.payload, expected.payload);
  EXPECT_EQ(block.errors.size(), expected.errors.size());
  EXPECT_EQ(block.summary.missed_ticks, 0);
}

TEST(HostJournal, a_limit_drops_the_oldest_parts_and_is_kept) {
  const std::uint64_t limit = 48'000;
  const Parts parts(limit, 3 * all_samples);
  EXPECT_LE(parts.most_bytes, limit);
  EXPECT_GT(parts.most_bytes, limit / 2);
  const HostJournal journal = parts.open();
  EXPECT_GT(journal.lost_samples(), 100);
  EXPECT_EQ(journal.samples() + journal.lost_samples(), 3 * all_samples);
  const block::HostBlock block = journal.build_block();
  EXPECT_EQ(block.summary.samples, journal.samples());
  EXPECT_EQ(block.summary.missed_ticks, 0);
  EXPECT_EQ(block.sources[1].rows.size(), 2U);
}

TEST(HostJournal, damage_to_a_part_costs_the_others_nothing) {
  const Parts parts;
  constexpr std::uintmax_t mark_bytes = 1 + 1 + check_bytes;  // that another part follows
  std::filesystem::resize_file(parts.paths[1],
                               std::filesystem::file_size(parts.paths[1]) - mark_bytes - 1);
  const HostJournal journal = parts.open();
  EXPECT_EQ(journal.samples(), all_samples - 1);
  EXPECT_EQ(journal.lost_samples(), 1);
  ASSERT_EQ(journal.errors().size(), 1U);
  EXPECT_NE(journal.errors()[0].find("+1.journal: cut short at byte"), std::string::npos);
  EXPECT_EQ(journal.build_block().summary.samples, all_samples - 1);
}

TEST(HostJournal, a_missing_part_is_counted) {
  Parts parts;
  const std::int64_t lost = parts.counts[1] + parts.counts[2];
  parts.paths.erase(parts.paths.begin() + 1, parts.paths.begin() + 3);
  const HostJournal journal = parts.open();
  EXPECT_EQ(journal.lost_samples(), lost);
  EXPECT_EQ(journal.samples(), all_samples - lost);
  EXPECT_EQ(journal.build_block().summary.samples, all_samples - lost);
}

TEST(HostJournal, what_is_no_part_is_left_out) {
  Parts parts;
  const Parts others(0, 50);
  std::swap(parts.paths[1], parts.paths[2]);
  parts.paths.push_back(parts.folder.write("foreign", "something else"));
  parts.paths.push_back(others.paths[0]);
  const HostJournal journal = parts.open();
  ASSERT_EQ(journal.errors().size(), 3U);
  EXPECT_NE(journal.errors()[0].find("does not follow part 2"), std::string::npos);
  EXPECT_NE(journal.errors()[1].find("foreign: it is not a journal"), std::string::npos);
  EXPECT_NE(journal.errors()[2].find("does not follow part"), std::string::npos);
  EXPECT_EQ(journal.samples(), all_samples - parts.counts[1]);
  EXPECT_FALSE(HostJournal::open(std::vector{parts.folder.path() / "foreign"}));
}

TEST(HostJournal, is_alive_until_its_writer_is_gone) {
  const TemporaryDirectory folder;
  {
    Writer writer(journal_header(), {folder.path(), std::nullopt, 0, part_bytes});
    JournalFeed feed(journal_header());
    for (int i = 0; i < all_samples; ++i) sample(writer, feed);
    EXPECT_TRUE(abandoned_in(folder.path(), 10).empty());
    EXPECT_GT(journals_in(folder.path()).size(), 2U);
    EXPECT_TRUE(HostJournal::open(journals_in(folder.path()))->is_being_written());
  }
  EXPECT_GT(journals_in(folder.path()).size(), 2U);
  EXPECT_EQ(abandoned_in(folder.path(), 10).size(), 1U);  // by its first part
}

TEST(HostJournal, parts_go_with_their_journal) {
  const TemporaryDirectory folder;
  Writer writer(journal_header(), {folder.path(), std::nullopt, 0, part_bytes});
  JournalFeed feed(journal_header());
  for (int i = 0; i < all_samples; ++i) sample(writer, feed);
  writer.remove();
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  EXPECT_EQ(writer.bytes(), 0U);
}

}  // namespace
}  // namespace tscollect::journal
