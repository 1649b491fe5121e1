#include "journal/reader.hpp"

#include "journal/folder.hpp"
#include "journal/host_journal.hpp"
#include "journal/window.hpp"
#include "support/journal_feed.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace tscollect::journal {
namespace {

using test::TemporaryDirectory;
using tests::journal_header;
using tests::JournalFeed;

constexpr int samples = 30;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A journal of `samples` samples, its bytes, and where each sample ends.
struct Written {
  Written() : feed(journal_header()) {
    {
      Writer writer(journal_header(), {folder.path(), std::nullopt, 0});
      path = writer.path();
      front = writer.bytes();
      for (int i = 0; i < samples; ++i) {
        EXPECT_TRUE(writer.append(feed.next()));
        ends.push_back(writer.bytes());
      }
    }
    bytes = text_of(path);
  }
  /// The journal with other bytes, surveyed.
  Result<Reader> read(const std::string& other) const {
    return Reader::open(folder.write("other", other));
  }
  /// Samples whose end lies within the first `size` bytes.
  [[nodiscard]] std::int64_t samples_within(std::size_t size) const {
    return std::ranges::count_if(ends, [size](std::uint64_t end) { return end <= size; });
  }

  TemporaryDirectory folder;
  JournalFeed feed;
  std::filesystem::path path;
  std::string bytes;
  std::uint64_t front = 0;
  std::vector<std::uint64_t> ends;
};

TEST(JournalReader, gives_back_header_and_samples) {
  const Written written;
  const auto reader = Reader::open(written.path);
  ASSERT_TRUE(reader) << reader.error().message;
  const Contents& contents = reader->contents();
  EXPECT_EQ(contents.error, "");
  EXPECT_EQ(contents.samples, samples);
  EXPECT_EQ(contents.last_tick, samples - 1);
  EXPECT_EQ(contents.good_end, contents.file_bytes);
  EXPECT_EQ(contents.header.hosts_requested, journal_header().hosts_requested);
  EXPECT_EQ(contents.header.labels, journal_header().labels);
  EXPECT_EQ(contents.header.clock_at_start.offset_ns, 17);
  EXPECT_EQ(contents.stored_bytes, static_cast<std::int64_t>(written.feed.store.bytes()));
}

TEST(JournalReader, builds_the_block_that_the_collector_builds) {
  const Written written;
  block::BlockContext context;
  context.grid = journal_header().grid();
  context.recorded = written.feed.recorded();
  context.excluded_rows = journal_header().excluded_rows;
  const block::HostBlock expected = block::build_block(
      [&](const block::RecordVisitor& visit) { written.feed.store.for_each_record(visit); },
      std::move(context));
  const auto journal = HostJournal::open(std::vector{written.path});
  ASSERT_TRUE(journal);
  const block::HostBlock block = journal->build_block();
  EXPECT_EQ(block.payload, expected.payload);
  ASSERT_EQ(block.errors.size(), expected.errors.size());
  EXPECT_EQ(block.errors.size(), 3U);
  ASSERT_EQ(block.sources.size(), 2U);
  EXPECT_EQ(block.sources[1].rows.size(), 2U);
  EXPECT_EQ(block.sources[1].excluded_rows, std::vector<std::string>{"docker0"});
  EXPECT_EQ(block.summary.late_p99_ns, expected.summary.late_p99_ns);
  EXPECT_EQ(block.summary.missed_ticks, 0);
}

TEST(JournalReader, takes_every_whole_sample_however_the_file_ends) {
  const Written written;
  for (std::size_t size = 0; size <= written.bytes.size(); ++size) {
    const auto reader = written.read(written.bytes.substr(0, size));
    if (size < written.front) {
      EXPECT_FALSE(reader) << size;
      continue;
    }
    ASSERT_TRUE(reader) << size << reader.error().message;
    const std::int64_t whole = written.samples_within(size);
    EXPECT_EQ(reader->contents().samples, whole) << size;
    const bool at_an_end =
        size == written.front || std::ranges::find(written.ends, size) != written.ends.end();
    EXPECT_EQ(reader->contents().error.empty(), at_an_end) << size;
  }
}

TEST(JournalReader, takes_everything_before_a_flipped_bit) {
  const Written written;
  for (std::size_t bit = 0; bit < 8 * written.bytes.size(); bit += 5) {
    std::string other = written.bytes;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << (bit % 8)));
    const auto reader = written.read(other);
    if (bit / 8 < written.front) {
      EXPECT_FALSE(reader) << "bit " << bit;
      continue;
    }
    ASSERT_TRUE(reader);
    const Contents& contents = reader->contents();
    EXPECT_EQ(contents.samples, written.samples_within(bit / 8)) << "bit " << bit;
    EXPECT_NE(contents.error, "") << "bit " << bit;
    EXPECT_NE(contents.error.find(fmt::format("at byte {};", contents.good_end)),
              std::string::npos);
    EXPECT_EQ(HostJournal::open(std::vector{contents.path})->build_block().summary.samples,
              contents.samples);
  }
}

TEST(JournalReader, zeros_behind_the_last_record_are_the_end) {
  const Written written;
  for (const std::size_t zeros : {std::size_t{1}, std::size_t{5000}, window_bytes}) {
    const auto reader = written.read(written.bytes + std::string(zeros, '\0'));
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->contents().samples, samples);
    EXPECT_EQ(reader->contents().error, "");
    EXPECT_EQ(reader->contents().file_bytes, written.bytes.size());
  }
}

TEST(JournalReader, more_zeros_than_a_writer_leaves_are_dropped) {
  const Written written;
  const auto reader = written.read(written.bytes + std::string(window_bytes + 1, '\0'));
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->contents().samples, samples);
  EXPECT_NE(reader->contents().error.find("65537 bytes are dropped"), std::string::npos)
      << reader->contents().error;
}

TEST(JournalReader, a_record_cut_short_by_zeros_is_dropped) {
  const Written written;
  for (std::size_t size = written.ends[samples - 2] + 1; size < written.ends.back(); ++size) {
    const auto reader = written.read(written.bytes.substr(0, size) + std::string(5000, '\0'));
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->contents().samples, samples - 1) << size;
    EXPECT_NE(reader->contents().error, "") << size;
  }
}

TEST(JournalReader, records_of_another_journal_do_not_fit) {
  const Written written;
  const TemporaryDirectory folder;
  Writer other(journal_header("node02"), {folder.path(), std::nullopt, 0});
  const std::string front = text_of(other.path()).substr(0, other.bytes());
  const auto reader = written.read(front + written.bytes.substr(written.front));
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->contents().samples, 0);
  EXPECT_NE(reader->contents().error, "");
}

std::string why_not(const Result<Reader>& reader) {
  return reader ? std::string() : reader.error().message;
}

TEST(JournalReader, says_what_is_no_journal) {
  const Written written;
  EXPECT_EQ(why_not(written.read("")), "it is empty");
  EXPECT_EQ(why_not(written.read("\x89HDF\r\n\x1a\n and more of it")), "it is not a journal");
  EXPECT_EQ(why_not(written.read(written.bytes.substr(0, 40))), "it ends within its header");
  std::string newer = written.bytes;
  newer[8] = 4;
  EXPECT_EQ(why_not(written.read(newer)),
            "it is a journal of format version 4, and this build reads 1 to 3");
  EXPECT_EQ(why_not(Reader::open(written.folder.path())), "it is not a regular file");
  EXPECT_EQ(why_not(Reader::open("/nowhere/at/all")), "cannot read it: No such file or directory");
  const auto link = written.folder.path() / "link";
  std::filesystem::create_symlink(written.path, link);
  EXPECT_EQ(why_not(Reader::open(link)), "it is a symbolic link, and those are not followed");
}

std::uint32_t crc_32(std::string_view text) {
  std::uint32_t rest = ~0U;
  for (const char c : text) {
    rest ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ ((rest & 1) != 0 ? 0xedb88320U : 0U);
  }
  return ~rest;
}

TEST(JournalReader, a_header_with_a_number_out_of_range_is_refused) {
  const Written written;
  std::string front = written.bytes.substr(0, written.front - 4);
  const std::string number = "\"interval_ns\":100000000";
  ASSERT_NE(front.find(number), std::string::npos);
  front.replace(front.find(number), number.size(), "\"interval_ns\":1.0e+0300");
  for (const std::uint32_t check = crc_32(front); const int shift : {0, 8, 16, 24})
    front += static_cast<char>(check >> shift & 0xff);
  EXPECT_EQ(why_not(written.read(front)), "its header is damaged: a number that is not an integer");
}

TEST(JournalReader, reads_a_header_of_before_sources_could_be_absent) {
  const Written written;
  std::string front = written.bytes.substr(0, written.front - 4);
  for (const std::string member : {"\"absent_sources\":[],", "\"clock_ticks_per_second\":0,"}) {
    ASSERT_NE(front.find(member), std::string::npos) << front;
    front.replace(front.find(member), member.size(), member.size(), ' ');
  }
  for (const std::uint32_t check = crc_32(front); const int shift : {0, 8, 16, 24})
    front += static_cast<char>(check >> shift & 0xff);
  const auto reader = written.read(front);
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_TRUE(reader->contents().header.absent_sources.empty());
  EXPECT_EQ(reader->contents().header.facts.cpu_count, journal_header().facts.cpu_count);
}

TEST(JournalReader, sources_it_does_not_know_are_named) {
  const TemporaryDirectory folder;
  Header header = journal_header();
  header.sources = {"meminfo", "quantumstat"};
  const Writer writer(header, {folder.path(), std::nullopt, 0});
  EXPECT_NE(why_not(Reader::open(writer.path())).find("quantumstat"), std::string::npos);
  header.host = "twice";
  header.sources = {"meminfo", "meminfo"};
  const Writer twice(header, {folder.path(), std::nullopt, 0});
  EXPECT_NE(why_not(Reader::open(twice.path())).find("meminfo twice"), std::string::npos);
}

}  // namespace
}  // namespace tscollect::journal
