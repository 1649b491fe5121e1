#include "journal/inventory.hpp"

#include "support/journal_feed.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace tscollect::journal {
namespace {

using test::TemporaryDirectory;
using tests::journal_header;
using tests::JournalFeed;

/// Two journals and something else in a folder.
Found some_finds(const TemporaryDirectory& folder) {
  for (const char* host : {"node01", "node02"}) {
    Writer writer(journal_header(host), {folder.path(), std::nullopt, 0});
    JournalFeed feed(journal_header(host));
    for (int i = 0; i < 7; ++i) writer.append(feed.next());
  }
  folder.write("tscollect-x.journal", "something else");
  return look_at(std::vector{folder.path()});
}

TEST(JournalInventory, arrives_as_it_was_sent) {
  const TemporaryDirectory folder;
  const Found sent = some_finds(folder);
  const auto found = unpack(pack(sent), 3);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->refused, sent.refused);
  ASSERT_EQ(found->journals.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const Contents& expected = sent.journals[i];
    const Contents& contents = found->journals[i];
    EXPECT_EQ(contents.path, expected.path);
    EXPECT_EQ(contents.header.host, expected.header.host);
    EXPECT_EQ(contents.header.labels, expected.header.labels);
    EXPECT_EQ(contents.file_bytes, expected.file_bytes);
    EXPECT_EQ(contents.samples, 7);
    EXPECT_EQ(contents.last_tick, 6);
    EXPECT_EQ(contents.columns, expected.columns);
    EXPECT_EQ(contents.seed, expected.seed);
    EXPECT_EQ(contents.node, 3);
    EXPECT_FALSE(contents.being_written);
  }
  EXPECT_TRUE(unpack(pack({}), 0));
}

TEST(JournalInventory, that_is_cut_short_is_refused) {
  const TemporaryDirectory folder;
  const std::string packed = pack(some_finds(folder));
  for (std::size_t size = 0; size < packed.size(); ++size)
    EXPECT_FALSE(unpack(std::string_view(packed).substr(0, size), 0)) << size;
  EXPECT_FALSE(unpack(packed + "x", 0));
}

TEST(JournalInventory, a_file_seen_from_two_nodes_is_one) {
  const TemporaryDirectory folder;
  const std::string packed = pack(some_finds(folder));
  Found all = unpack(packed, 0).value();
  const Found again = unpack(packed, 1).value();
  all.journals.insert(all.journals.end(), again.journals.begin(), again.journals.end());
  EXPECT_TRUE(keep_longest(all.journals).empty());
  EXPECT_EQ(all.journals.size(), 2U);
  EXPECT_EQ(by_host(all.journals).size(), 2U);
}

}  // namespace
}  // namespace tscollect::journal
