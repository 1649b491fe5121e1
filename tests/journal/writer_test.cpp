#include "journal/writer.hpp"

#include "journal/crc24.hpp"
#include "journal/folder.hpp"
#include "journal/reader.hpp"
#include "journal/journal_set.hpp"
#include "journal/window.hpp"
#include "support/journal_feed.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <string_view>
#include <map>

namespace tscollect::journal {
namespace {

using test::TemporaryDirectory;
using tests::journal_header;
using tests::JournalFeed;

std::uint32_t check_of(std::string_view text, std::uint32_t from) {
  return crc24_update(from, std::as_bytes(std::span(text)));
}

TEST(JournalCheck, is_the_crc_of_rfc_4880) {
  EXPECT_EQ(check_of("123456789", 0xb704ce), 0x21cf02U);
  EXPECT_EQ(check_of("", 0xb704ce), 0xb704ceU);
  EXPECT_EQ(check_of("6789", check_of("12345", 0xb704ce)), 0x21cf02U);
}

TEST(JournalWriter, creates_a_private_file_and_never_opens_another) {
  const TemporaryDirectory folder;
  const Writer writer(journal_header("a/b"), {folder.path(), std::nullopt, 0});
  EXPECT_EQ(writer.path().filename(), "tscollect-20250102T030405Z-0badcafe-a%2Fb.journal");
  struct stat status {};
  ASSERT_EQ(::stat(writer.path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  // Where the name is taken, it takes another.
  const Writer second(journal_header("a/b"), {folder.path(), std::nullopt, 0});
  EXPECT_EQ(second.error(), "");
  EXPECT_TRUE(second.path().filename().string().starts_with(
      "tscollect-20250102T030405Z-0badcafe-a%2Fb+0."));
  std::filesystem::create_symlink(folder.path() / "elsewhere",
                                  folder.path() / file_name(journal_header().run_id, "link"));
  Writer third(journal_header("link"), {folder.path(), std::nullopt, 0});
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "elsewhere"));
  EXPECT_FALSE(std::filesystem::is_symlink(third.path()));
  JournalFeed feed(journal_header());
  EXPECT_TRUE(third.append(feed.next()));
}

TEST(JournalWriter, stays_until_it_is_removed) {
  const TemporaryDirectory folder;
  std::filesystem::path path;
  {
    const Writer writer(journal_header(), {folder.path(), std::nullopt, 0});
    path = writer.path();
  }
  EXPECT_TRUE(std::filesystem::exists(path));
  Writer writer(journal_header("other"), {folder.path(), std::chrono::nanoseconds(1), 0});
  JournalFeed feed(journal_header("other"));
  EXPECT_TRUE(writer.append(feed.next()));
  const std::filesystem::path other = writer.path();
  EXPECT_TRUE(std::filesystem::exists(other));
  writer.remove();
  EXPECT_FALSE(std::filesystem::exists(other));
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(JournalWriter, a_full_disk_is_a_fault_and_no_more) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP();
  // Nothing can be created in a folder that is no folder; writing is tested on a small disk by
  // disk_full_test.py.
  const Writer writer(journal_header(), {"/dev/full", std::nullopt, 0});
  EXPECT_NE(writer.error().find("Not a directory"), std::string::npos);
}

TEST(JournalWriter, leaves_nothing_behind_the_last_record_when_it_ends) {
  const TemporaryDirectory folder;
  JournalFeed feed(journal_header());
  std::filesystem::path path;
  std::uint64_t bytes = 0;
  {
    Writer writer(journal_header(), {folder.path(), std::nullopt, 0});
    for (int i = 0; i < 30; ++i) EXPECT_TRUE(writer.append(feed.next()));
    path = writer.path();
    bytes = writer.bytes();
    EXPECT_LE(std::filesystem::file_size(path), bytes + window_bytes);
  }
  EXPECT_EQ(std::filesystem::file_size(path), bytes);
}

TEST(JournalWriter, goes_through_many_windows) {
  const TemporaryDirectory folder;
  JournalFeed feed(journal_header());
  Writer writer(journal_header(), {folder.path(), std::nullopt, 0});
  std::int64_t samples = 0;
  while (writer.bytes() < 5 * window_bytes / 2) {
    ASSERT_TRUE(writer.append(feed.next()));
    ++samples;
  }
  const auto reader = Reader::open(writer.path());
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->contents().error, "");
  EXPECT_EQ(reader->contents().samples, samples);
}

TEST(JournalWriter, survives_a_file_that_is_cut_under_it) {
  const TemporaryDirectory folder;
  JournalFeed feed(journal_header());
  Writer writer(journal_header(), {folder.path(), std::nullopt, 0});
  EXPECT_TRUE(writer.append(feed.next()));
  EXPECT_EQ(writer.loss(), "");
  const std::filesystem::path first = writer.path();
  std::filesystem::resize_file(first, 0);
  EXPECT_EQ(writer.loss(),
            "it lacks 1 of 1 sample (" + first.filename().string() + " has been cut short)");
  // What is mapped has no file behind it any more: to touch it is a bus error.
  EXPECT_FALSE(writer.append(feed.next()));
  EXPECT_NE(writer.error().find("it was truncated or deleted by another process"),
            std::string::npos);
  ASSERT_TRUE(writer.part_is_full());
  feed.restart();
  ASSERT_TRUE(writer.begin_part());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(writer.append(feed.next()));
  const auto next = Reader::open(writer.path());
  ASSERT_TRUE(next);
  EXPECT_EQ(next->contents().error, "");
  EXPECT_EQ(next->contents().samples, 3);
  EXPECT_EQ(next->contents().header.samples_before, 2);
  EXPECT_EQ(writer.error(), "");
  EXPECT_EQ(std::filesystem::file_size(first), 0U);
}

TEST(JournalWriter, goes_on_in_a_part_whose_successor_cannot_be_created) {
  const TemporaryDirectory parent;
  const std::filesystem::path folder = parent.path() / "journals";
  const std::filesystem::path away = parent.path() / "away";
  std::filesystem::create_directory(folder);
  JournalFeed feed(journal_header());
  constexpr std::uint64_t part_bytes = 6000;
  Writer writer(journal_header(), {folder, std::nullopt, 0, part_bytes});
  const std::filesystem::path first = writer.path();
  const std::filesystem::path second =
      folder / file_name(journal_header().run_id, journal_header().host, 1);
  std::filesystem::rename(folder, away);
  while (!writer.part_is_full()) ASSERT_TRUE(writer.append(feed.next()));
  EXPECT_FALSE(writer.begin_part());
  EXPECT_EQ(writer.error(), "");
  EXPECT_FALSE(writer.part_is_full());
  std::filesystem::rename(away, folder);
  while (!writer.part_is_full()) ASSERT_TRUE(writer.append(feed.next()));
  const std::int64_t in_first = writer.samples();
  ASSERT_TRUE(writer.begin_part());
  feed.restart();
  ASSERT_TRUE(writer.append(feed.next()));
  for (const auto& [path, samples] :
       std::map{std::pair(first, in_first), {second, std::int64_t{1}}}) {
    const auto reader = Reader::open(path);
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->contents().error, "");
    EXPECT_EQ(reader->contents().samples, samples);
    EXPECT_EQ(reader->contents().continues, path == first);
  }
}

TEST(JournalWriter, tells_of_parts_that_somebody_has_deleted) {
  const TemporaryDirectory folder;
  JournalFeed feed(journal_header());
  Writer writer(journal_header(), {folder.path(), std::nullopt, 0});
  EXPECT_TRUE(writer.append(feed.next()));
  std::filesystem::remove(writer.path());
  EXPECT_TRUE(writer.append(feed.next()));
  EXPECT_EQ(writer.loss(),
            "it lacks 2 of 2 samples (" + writer.path().filename().string() + " has been deleted)");
}

TEST(JournalWriter, leaves_other_bus_errors_alone) {
  const TemporaryDirectory folder;
  Writer writer(journal_header(), {folder.path(), std::nullopt, 0});
  EXPECT_DEATH(raise(SIGBUS), "");
}

TEST(JournalFolder, finds_only_those_in_which_nobody_writes) {
  const TemporaryDirectory folder;
  const Writer alive(journal_header("alive"), {folder.path(), std::nullopt, 0});
  std::filesystem::path dead;
  {
    const Writer writer(journal_header("dead"), {folder.path(), std::nullopt, 0});
    dead = writer.path();
  }
  folder.write("tscollect-notes.txt", "no journal");
  std::filesystem::create_symlink(dead, folder.path() / "tscollect-link.journal");
  EXPECT_EQ(journals_in(folder.path()).size(), 2U);
  EXPECT_EQ(abandoned_in(folder.path(), 10), std::vector<std::filesystem::path>{dead});
  EXPECT_TRUE(abandoned_in("/nowhere", 10).empty());
}

TEST(JournalFolder, words_survive_the_shell) {
  EXPECT_EQ(shell_word("/tmp/run.h5"), "/tmp/run.h5");
  EXPECT_EQ(shell_word("/my runs/it's.h5"), "'/my runs/it'\\''s.h5'");
  EXPECT_EQ(shell_word(""), "''");
}

TEST(JournalRecovery, tells_runs_hosts_and_what_is_missing) {
  const TemporaryDirectory folder;
  for (const char* run : {"run-1", "run-2"}) {
    Writer writer(journal_header("node01", run), {folder.path(), std::nullopt, 0});
    JournalFeed feed(journal_header("node01", run));
    writer.append(feed.next());
  }
  std::filesystem::create_directory(folder.path() / "copies");
  std::filesystem::copy(folder.path() / file_name("run-1", "node01"), folder.path() / "copies");
  const auto foreign = folder.write("foreign", "hello");
  const std::vector<std::filesystem::path> paths = {folder.path(), folder.path() / "copies",
                                                    foreign};
  Found found = look_at(paths);
  ASSERT_EQ(found.journals.size(), 3U);
  ASSERT_EQ(found.refused.size(), 1U);
  EXPECT_EQ(found.refused[0], foreign.string() + ": it is not a journal");
  const auto runs = runs_of(found.journals);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].id, "run-1");
  EXPECT_EQ(runs[0].journals, 2U);
  std::erase_if(found.journals, [](const Contents& c) { return c.header.run_id != "run-1"; });
  EXPECT_EQ(keep_longest(found.journals).size(), 1U);
  EXPECT_EQ(found.journals.size(), 1U);
  const Missing missing = missing_from(found.journals);
  EXPECT_EQ(missing.names, std::vector<std::string>{"node02"});
  EXPECT_EQ(missing.unnamed, 0);
}

}  // namespace
}  // namespace tscollect::journal
