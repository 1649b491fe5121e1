#include "base/files/real_size.hpp"

#include "base/files/descriptor.hpp"
#include "support/temporary_folder.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace tscollect::base {
namespace {

class RealBytes : public testing::Test {
 protected:
  base::Descriptor make(const char* name) const {
    return base::Descriptor(
        open((folder_.path() / name).c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  }

 private:
  tests::TemporaryFolder folder_;
};

TEST_F(RealBytes, of_a_file_without_holes_are_its_size) {
  const base::Descriptor file = make("whole");
  EXPECT_EQ(real_bytes(file.get()), 0U);
  const std::string text(10'001, 'x');
  ASSERT_EQ(write(file.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  EXPECT_EQ(real_bytes(file.get()), text.size());
}

TEST_F(RealBytes, leave_out_holes_and_the_place_of_whoever_reads) {
  const base::Descriptor file = make("sparse");
  const std::string text(10'000, 'x');
  ASSERT_EQ(write(file.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  ASSERT_EQ(ftruncate(file.get(), off_t{1} << 40), 0);
  ASSERT_EQ(lseek(file.get(), 17, SEEK_SET), 17);
  EXPECT_GE(real_bytes(file.get()), text.size());
  EXPECT_LT(real_bytes(file.get()), std::size_t{1} << 20U);
  EXPECT_EQ(lseek(file.get(), 0, SEEK_CUR), 17);
}

TEST_F(RealBytes, of_what_is_no_file_are_none) { EXPECT_EQ(real_bytes(-1), 0U); }

}  // namespace
}  // namespace tscollect::base
