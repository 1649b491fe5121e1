// What others and the disk can do to a journal while it is being written, and that it goes on.
#include "base/process/signal_block.hpp"
#include "journal/folder.hpp"
#include "journal/host_journal.hpp"
#include "journal/journal_set.hpp"
#include "journal/writer.hpp"
#include "support/journal_feed.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <sys/file.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <thread>

namespace {
/// So many times the exclusive lock is another's: somebody looks whether the journal is alive.
std::atomic<int> locks_refused = 0;
}  // namespace

extern "C" int flock(int file, int operation) noexcept {
  if ((operation & LOCK_EX) != 0 && locks_refused > 0) {
    --locks_refused;
    errno = EWOULDBLOCK;
    return -1;
  }
  return static_cast<int>(syscall(SYS_flock, file, operation));
}

namespace tscollect::journal {
namespace {

using test::TemporaryDirectory;
using tests::journal_header;
using tests::JournalFeed;

constexpr std::chrono::nanoseconds at_once{0};
constexpr std::chrono::nanoseconds never = std::chrono::hours(1);

/// A soft limit of this process, until the end of the scope.
class Limit {
 public:
  Limit(__rlimit_resource resource, rlim_t value) : resource_(resource) {
    getrlimit(resource, &before_);
    const struct rlimit now { value, before_.rlim_max };
    if (setrlimit(resource, &now) != 0) throw std::runtime_error("no limit");
    std::signal(SIGXFSZ, SIG_IGN);
  }
  Limit(const Limit&) = delete;
  Limit& operator=(const Limit&) = delete;
  ~Limit() { setrlimit(resource_, &before_); }

 private:
  __rlimit_resource resource_;
  struct rlimit before_ {};
};

/// A writer that is served as a host session does it.
struct Session {
  explicit Session(WriterOptions options) : writer(journal_header(), std::move(options)) {}
  explicit Session(const TemporaryDirectory& folder, std::chrono::nanoseconds look_every = never)
      : Session({folder.path(), std::nullopt, 0, std::uint64_t{16} << 20, look_every}) {}

  void sample(int count = 1) {
    for (int i = 0; i < count; ++i) {
      kept += writer.append(feed.next()) ? 1 : 0;
      if (writer.part_is_full() && writer.begin_part()) feed.restart();
    }
  }

  Writer writer;
  JournalFeed feed{journal_header()};
  std::int64_t kept = 0;
};

/// What a recovery takes of the folder.
HostJournal recover(const TemporaryDirectory& folder) {
  Found found = look_at(std::vector{folder.path()});
  EXPECT_TRUE(keep_longest(found.journals).empty());
  std::vector<std::filesystem::path> paths;
  for (const Contents& contents : found.journals) paths.push_back(contents.path);
  auto journal = HostJournal::open(paths);
  EXPECT_TRUE(journal);
  return std::move(*journal);
}

// Too little for what a mapping lays out ahead: each sample is written.
constexpr rlim_t no_mapping_bytes = 40'000;

TEST(HurtJournal, goes_on_where_a_file_may_grow_no_more) {
  const TemporaryDirectory folder;
  Session session(folder);
  const Limit limit(RLIMIT_FSIZE, no_mapping_bytes);
  session.sample(5000);
  EXPECT_EQ(session.writer.error(), "");
  EXPECT_GE(journals_in(folder.path()).size(), 3U);
  const HostJournal journal = recover(folder);
  EXPECT_EQ(journal.samples(), session.kept);
  EXPECT_GT(session.kept, 4950);
  EXPECT_EQ(journal.lost_samples(), 5000 - session.kept);
  EXPECT_NE(
      session.writer.loss().find(fmt::format("it lacks {} of 5000 samples (", 5000 - session.kept)),
      std::string::npos)
      << session.writer.loss();
  EXPECT_NE(session.writer.loss().find("File too large"), std::string::npos);
}

TEST(HurtJournal, that_cannot_be_written_waits_and_goes_on_when_it_can) {
  const TemporaryDirectory folder;
  Session session(folder, at_once);
  session.sample(100);
  {
    const Limit limit(RLIMIT_FSIZE, 16);  // not even a header fits
    session.sample(3000);
    EXPECT_NE(session.writer.error(), "");
    EXPECT_EQ(journals_in(folder.path()).size(), 1U);
  }
  const std::int64_t before = session.kept;
  session.sample(100);
  EXPECT_EQ(session.writer.error(), "");
  EXPECT_GE(session.kept, before + 99);
  const HostJournal journal = recover(folder);
  EXPECT_EQ(journal.samples(), session.kept);
  EXPECT_EQ(journal.lost_samples(), 3200 - session.kept);
  EXPECT_TRUE(journal.errors().empty());
  EXPECT_EQ(journal.build_block().summary.samples, session.kept);
}

TEST(HurtJournal, that_is_cut_to_nothing_goes_on_however_it_is_written) {
  for (const rlim_t bytes : {rlim_t{1} << 30, no_mapping_bytes}) {
    const TemporaryDirectory folder;
    const Limit limit(RLIMIT_FSIZE, bytes);
    Session session(folder);
    session.sample(30);
    std::filesystem::resize_file(session.writer.path(), 0);
    session.sample(50);
    EXPECT_EQ(session.writer.error(), "");
    EXPECT_EQ(session.kept, 79);
    const HostJournal journal = recover(folder);
    EXPECT_EQ(journal.samples(), 49);
    EXPECT_EQ(journal.lost_samples(), 31);
    const std::string loss = session.writer.loss();
    EXPECT_NE(loss.find("it lacks 31 of 80 samples ("), std::string::npos) << loss;
    EXPECT_NE(loss.find("node01.journal has been cut short"), std::string::npos) << loss;
  }
}

TEST(HurtJournal, that_is_cut_goes_on_in_a_thread_that_takes_no_signals) {
  const TemporaryDirectory folder;
  Session session(folder);
  session.sample(30);
  std::filesystem::resize_file(session.writer.path(), 0);
  std::thread([&] {
    const SignalBlock none;
    session.sample(50);
  }).join();
  EXPECT_EQ(session.kept, 79);
  EXPECT_EQ(recover(folder).samples(), 49);
}

TEST(HurtJournal, that_is_cut_within_its_last_page_is_noticed_when_it_is_looked_at) {
  const TemporaryDirectory folder;
  Session session(folder, at_once);
  session.sample(30);
  // The page stays: to write to it is no error, and the file has none of it.
  std::filesystem::resize_file(session.writer.path(), session.writer.bytes() - 1);
  session.sample(50);
  const HostJournal journal = recover(folder);
  EXPECT_EQ(journal.samples(), 29 + 49);
  const std::string loss = session.writer.loss();
  EXPECT_NE(loss.find("it lacks 2 of 80 samples ("), std::string::npos) << loss;
}

TEST(HurtJournal, that_is_deleted_goes_on) {
  const TemporaryDirectory folder;
  Session session(folder, at_once);
  session.sample(30);
  std::filesystem::remove(session.writer.path());
  session.sample(50);
  const HostJournal journal = recover(folder);
  EXPECT_EQ(journal.samples(), 49);
  EXPECT_EQ(journal.lost_samples(), 31);
  const std::string loss = session.writer.loss();
  EXPECT_NE(loss.find("it lacks 31 of 80 samples (tscollect-"), std::string::npos) << loss;
  EXPECT_NE(loss.find("has been deleted"), std::string::npos) << loss;
}

TEST(HurtJournal, whose_next_name_is_taken_takes_another_and_keeps_its_limit) {
  const TemporaryDirectory folder;
  const std::uint64_t limit = 48'000;
  Session session({folder.path(), std::nullopt, limit, std::uint64_t{16} << 20, never});
  for (int part = 1; part < 200; ++part) {
    const std::string name = file_name(journal_header().run_id, journal_header().host, part);
    if (part % 2 == 0)
      std::filesystem::create_symlink("/nonexistent", folder.path() / name);
    else
      folder.write(name, "in the way");
  }
  for (int i = 0; i < 4000; ++i) {
    session.sample();
    ASSERT_LE(session.writer.bytes(), limit);
  }
  EXPECT_EQ(session.kept, 4000);
  EXPECT_GT(session.writer.dropped_samples(), 1000);
  EXPECT_EQ(session.writer.loss(), "");
  const HostJournal journal = recover(folder);
  EXPECT_EQ(journal.samples(), 4000 - session.writer.dropped_samples());
}

TEST(HurtJournal, waits_for_a_lock_that_another_holds_for_a_moment) {
  const TemporaryDirectory folder;
  locks_refused = 20;
  Session session(folder);
  EXPECT_EQ(locks_refused, 0);
  session.sample(3);
  EXPECT_TRUE(recover(folder).is_being_written());
  EXPECT_TRUE(abandoned_in(folder.path(), 10).empty());
}

TEST(HurtJournal, of_more_parts_than_a_process_may_have_files_is_read) {
  const TemporaryDirectory folder;
  const Limit limit(RLIMIT_NOFILE, 64);
  constexpr int samples = 22'000;
  {
    Session session({folder.path(), std::nullopt, 0, 5000, never});
    session.sample(samples);
    EXPECT_EQ(session.writer.error(), "");
    EXPECT_EQ(session.kept, samples);
  }
  EXPECT_GT(journals_in(folder.path()).size(), 139U);
  const HostJournal journal = recover(folder);
  EXPECT_TRUE(journal.errors().empty());
  EXPECT_EQ(journal.samples(), samples);
  EXPECT_EQ(journal.build_block().summary.samples, samples);
}

}  // namespace
}  // namespace tscollect::journal
