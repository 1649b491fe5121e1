#include "store/durable_file.hpp"

#include "store/run_file/run_file_writer.hpp"
#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <string>

namespace tscollect::store {
namespace {

using tests::TemporaryFolder;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::ptrdiff_t files_in(const std::filesystem::path& folder) {
  return std::distance(std::filesystem::directory_iterator(folder), {});
}

std::string error_of(const std::filesystem::path& target) {
  try {
    const DurableFile file(target);
  } catch (const StoreError& error) {
    return error.what();
  }
  return "no error";
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
    EXPECT_EQ(file.temporary().parent_path(), folder.path());
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
}

TEST(DurableFile, publishes_what_a_library_wrote_under_the_temporary_name) {
  const TemporaryFolder folder;
  DurableFile file(folder.path() / "run.h5");
  std::ofstream(file.temporary()) << "by name";
  file.publish();
  EXPECT_EQ(text_of(folder.path() / "run.h5"), "by name");
}

TEST(DurableFile, respects_the_umask) {
  const TemporaryFolder folder;
  const mode_t before = umask(027);
  DurableFile(folder.path() / "run.json").publish();
  umask(before);
  struct stat status {};
  ASSERT_EQ(stat((folder.path() / "run.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
}

TEST(DurableFile, says_why_it_cannot_be_created) {
  const TemporaryFolder folder;
  const auto missing = folder.path() / "missing" / "run.json";
  EXPECT_EQ(error_of(missing),
            missing.string() + ": cannot create a file beside it: No such file or directory");
  EXPECT_EQ(error_of(folder.path()), folder.path().string() + ": exists and is not a regular file");
  EXPECT_EQ(error_of("/dev/null"), "/dev/null: exists and is not a regular file");
}

}  // namespace
}  // namespace tscollect::store
