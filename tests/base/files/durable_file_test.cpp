#include "base/files/durable_file.hpp"

#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>

namespace tscollect::base {
namespace {

using tests::TemporaryFolder;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::ptrdiff_t files_in(const std::filesystem::path& folder) {
  return std::distance(std::filesystem::directory_iterator(folder), {});
}

template <class Action>
std::string error_of(const Action& action) {
  try {
    action();
  } catch (const FileError& error) {
    return error.what();
  }
  return "no error";
}

std::string creation_error_of(const std::filesystem::path& target) {
  return error_of([&] { const DurableFile file(target); });
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  EXPECT_EQ(stat(path.c_str(), &status), 0);
  return status.st_mode & 0777U;
}

TEST(DurableFile, appears_only_when_published) {
  const TemporaryFolder folder;
  const auto target = folder.path() / "run.json";
  DurableFile file(target);
  file.write("half");
  EXPECT_FALSE(std::filesystem::exists(target));
  file.write(" and half");
  file.publish();
  EXPECT_EQ(text_of(target), "half and half");
  EXPECT_EQ(files_in(folder.path()), 1);
}

TEST(DurableFile, leaves_nothing_behind_and_the_old_file_alone_when_given_up) {
  const TemporaryFolder folder;
  const auto target = folder.path() / "run.json";
  std::ofstream(target) << "old";
  {
    DurableFile file(target);
    file.write("new");
  }
  EXPECT_EQ(text_of(target), "old");
  EXPECT_EQ(files_in(folder.path()), 1);
}

TEST(DurableFile, two_writers_of_one_target_do_not_meet) {
  const TemporaryFolder folder;
  const auto target = folder.path() / "run.json";
  DurableFile first(target);
  DurableFile second(target);
  first.write("first");
  second.write("second");
  first.publish();
  second.publish();
  EXPECT_EQ(text_of(target), "second");
  EXPECT_EQ(files_in(folder.path()), 1);
}

TEST(DurableFile, keeps_what_has_come_meanwhile_where_nothing_may_be_replaced) {
  const TemporaryFolder folder;
  const auto target = folder.path() / "run.json";
  DurableFile file(target, Existing::keep);
  file.write("ours");
  std::ofstream(target) << "theirs";
  EXPECT_EQ(error_of([&] { file.publish(); }),
            target.string() +
                ": a file of that name was created meanwhile and is not replaced: File exists");
  EXPECT_EQ(text_of(target), "theirs");
}

TEST(DurableFile, never_takes_a_link_that_waits_under_its_name_for_a_file) {
  const TemporaryFolder folder;
  const auto target = folder.path() / "ready";
  const auto precious = folder.path() / "precious";
  std::ofstream(precious) << "precious";
  std::filesystem::create_symlink(precious, target);
  DurableFile kept(target, Existing::keep);
  kept.write("ours");
  EXPECT_NE(error_of([&] { kept.publish(); }), "no error");
  EXPECT_TRUE(std::filesystem::is_symlink(target));
  DurableFile file(target);
  file.write("ours");
  file.publish();
  EXPECT_EQ(text_of(precious), "precious");
  EXPECT_EQ(text_of(target), "ours");
  EXPECT_FALSE(std::filesystem::is_symlink(target));
}

TEST(DurableFile, stays_in_its_folder_though_another_one_takes_the_name) {
  const TemporaryFolder top;
  std::filesystem::create_directory(top.path() / "out");
  std::filesystem::create_directory(top.path() / "home");
  const FilePlace place(top.path() / "out" / "run.h5");
  std::filesystem::rename(top.path() / "out", top.path() / "moved");
  std::filesystem::create_directory_symlink(top.path() / "home", top.path() / "out");
  DurableFile file(place, Existing::keep);
  file.write("ours");
  file.publish();
  sync_file(place);
  EXPECT_EQ(text_of(top.path() / "moved" / "run.h5"), "ours");
  EXPECT_EQ(files_in(top.path() / "home"), 0);
}

TEST(DurableFile, syncing_never_waits_for_a_pipe_that_took_the_name) {
  const TemporaryFolder folder;
  const FilePlace place(folder.path() / "run.h5");
  ASSERT_EQ(mkfifo(place.path().c_str(), 0600), 0);
  static_cast<void>(error_of([&] { sync_file(place); }));
  std::filesystem::remove(place.path());
  std::filesystem::create_symlink("/dev/null", place.path());
  EXPECT_NE(error_of([&] { sync_file(place); }), "no error");
}

TEST(DurableFile, respects_the_umask) {
  const TemporaryFolder folder;
  const mode_t before = umask(027);
  DurableFile(folder.path() / "run.json").publish();
  DurableFile(folder.path() / "rescued", Existing::keep, Access::owner).publish();
  umask(before);
  EXPECT_EQ(mode_of(folder.path() / "run.json"), 0640U);
  EXPECT_EQ(mode_of(folder.path() / "rescued"), 0600U);
}

TEST(DurableFile, says_why_it_cannot_be_created) {
  const TemporaryFolder folder;
  const auto missing = folder.path() / "missing" / "run.json";
  EXPECT_EQ(creation_error_of(missing),
            missing.string() + ": cannot open its folder: No such file or directory");
  EXPECT_EQ(creation_error_of(folder.path()),
            folder.path().string() + ": exists and is not a regular file");
  EXPECT_EQ(creation_error_of("/dev/null"), "/dev/null: exists and is not a regular file");
}

TEST(FilePlace, creates_neither_over_a_file_nor_through_a_link) {
  const TemporaryFolder folder;
  const FilePlace place(folder.path() / "a.journal");
  ASSERT_TRUE(place.create(Access::owner).is_open());
  EXPECT_EQ(mode_of(place.path()), 0600U);
  EXPECT_FALSE(place.create(Access::owner).is_open());
  EXPECT_EQ(errno, EEXIST);
  const FilePlace link = place.beside("elsewhere/b.journal");
  EXPECT_EQ(link.path(), folder.path() / "b.journal");
  std::filesystem::create_symlink(folder.path() / "not there", link.path());
  EXPECT_FALSE(link.create(Access::owner).is_open());
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "not there"));
  EXPECT_EQ(place.remove(), 0);
  EXPECT_EQ(place.remove(), ENOENT);
}

TEST(FilePlace, writes_into_devices_and_own_pipes_alone) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "to";
  EXPECT_FALSE(open_special(path).is_open());
  std::filesystem::create_symlink("/dev/null", path);
  EXPECT_TRUE(open_special(path).is_open());
  std::filesystem::remove(path);
  std::ofstream(path) << "precious";
  EXPECT_FALSE(open_special(path).is_open());
  EXPECT_EQ(text_of(path), "precious");
  std::filesystem::remove(path);
  ASSERT_EQ(mkfifo(path.c_str(), 0666), 0);
  if (chown(path.c_str(), 12345, 12345) != 0) GTEST_SKIP() << "needs two users: run it as root";
  EXPECT_EQ(error_of([&] { static_cast<void>(open_special(path)); }),
            path.string() + ": is a pipe of another user");
}

}  // namespace
}  // namespace tscollect::base
