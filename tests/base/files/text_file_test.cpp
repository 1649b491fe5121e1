#include "base/files/text_file.hpp"

#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace tscollect::base {
namespace {

std::string error_of(const std::filesystem::path& path, std::size_t most = 1000) {
  const auto text = read_text_file(path, most);
  return text ? "no error: " + *text : text.error().message;
}

class TextFile : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path path(const char* name) const { return folder_.path() / name; }

  test::TemporaryDirectory folder_;
};

TEST_F(TextFile, is_read_whole) {
  std::ofstream(path("a")) << std::string(200'000, 'x') << "end\n";
  const auto text = read_text_file(path("a"), 1'000'000);
  ASSERT_TRUE(text);
  EXPECT_EQ(text->size(), 200'004U);
  EXPECT_TRUE(error_of_reading(path("a")).empty());
}

TEST_F(TextFile, is_never_a_pipe_that_nobody_writes) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(error_of(path("pipe")), path("pipe").string() + ": is a pipe, not a file");
  EXPECT_EQ(error_of_reading(path("pipe")), "is a pipe, not a file");
}

TEST_F(TextFile, is_never_endless) {
  EXPECT_EQ(error_of("/dev/zero"), "/dev/zero: is a device, not a file");
  std::ofstream(path("sparse")) << "{";
  ASSERT_EQ(::truncate(path("sparse").c_str(), off_t{1} << 40), 0);
  EXPECT_EQ(error_of(path("sparse"), 1 << 20),
            path("sparse").string() + ": is longer than 1048576 bytes");
}

TEST_F(TextFile, says_what_else_it_is_not) {
  EXPECT_EQ(error_of_reading(folder_.path()), "is a folder, not a file");
  EXPECT_EQ(error_of_reading(path("nowhere")), "No such file or directory");
  EXPECT_EQ(error_of(path("nowhere")), path("nowhere").string() + ": No such file or directory");
}

TEST_F(TextFile, of_our_own_is_no_other_users_and_no_link) {
  std::ofstream(path("ours")) << "words";
  const auto own = [this](const char* name, uid_t owner) {
    const auto text = read_own_text_file(path(name), 1000, owner);
    return text ? *text : text.error().message;
  };
  EXPECT_EQ(own("ours", ::geteuid()), "words");
  EXPECT_NE(own("ours", ::geteuid() + 1).find("belongs to another user"), std::string::npos);
  std::filesystem::create_symlink("ours", path("link"));
  EXPECT_NE(own("link", ::geteuid()), "words");
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(own("pipe", ::geteuid()), path("pipe").string() + ": is a pipe, not a file");
}

}  // namespace
}  // namespace tscollect::base
