#include "base/files/prepared_file.hpp"

#include "base/files/text_file.hpp"
#include "base/process/host_name.hpp"
#include "support/temporary_directory.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <unistd.h>

namespace tscollect::base {
namespace {

class PreparedFileTest : public testing::Test {
 protected:
  [[nodiscard]] std::ptrdiff_t files() const {
    return std::distance(std::filesystem::directory_iterator(folder_.path()), {});
  }

  test::TemporaryDirectory folder_;
  std::filesystem::path path_ = folder_.path() / "a";
};

TEST_F(PreparedFileTest, takes_the_place_of_a_file) {
  std::ofstream(path_) << "a text that is longer";
  PreparedFile(path_, "new").replace();
  EXPECT_EQ(read_text_file(path_, 1000).value(), "new");
  EXPECT_EQ(files(), 1);
}

TEST_F(PreparedFileTest, is_not_made_where_there_is_none) {
  PreparedFile(path_, "new").replace();
  EXPECT_EQ(files(), 0);
}

TEST_F(PreparedFileTest, leaves_a_file_that_it_cannot_replace) {
  std::filesystem::create_directory(path_);
  PreparedFile(path_, "new").replace();
  EXPECT_TRUE(std::filesystem::is_directory(path_));
  EXPECT_EQ(files(), 1);
}

TEST_F(PreparedFileTest, writes_through_no_link) {
  std::ofstream(path_) << "old";
  const auto precious = folder_.path() / "precious";
  std::ofstream(precious) << "precious";
  const auto link = fmt::format("{}.{}.{}", path_.string(), this_host(), ::getpid());
  std::filesystem::create_symlink(precious, link);
  PreparedFile(path_, "new").replace();
  EXPECT_EQ(read_text_file(precious, 1000).value(), "precious");
  EXPECT_EQ(read_text_file(path_, 1000).value(), "old");
}

TEST_F(PreparedFileTest, is_empty_without_a_path) {
  EXPECT_TRUE(PreparedFile().is_empty());
  PreparedFile().replace();
  EXPECT_FALSE(PreparedFile(path_, "").is_empty());
}

}  // namespace
}  // namespace tscollect::base
