#include "base/log.hpp"
#include "base/log_thread.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>

namespace tscollect::base {
namespace {

using namespace std::chrono_literals;

/// A full pipe in the place of standard error.
class LogThread : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(::pipe(ends_.data()), 0);
    ::fcntl(ends_[1], F_SETFL, O_NONBLOCK);
    const std::string block(4096, 'x');
    while (::write(ends_[1], block.data(), block.size()) > 0) filled_ += block.size();
    ::fcntl(ends_[1], F_SETFL, 0);
    ::dup2(ends_[1], STDERR_FILENO);
    ::close(ends_[1]);
  }

  std::string read(std::size_t bytes) {
    std::string text(bytes, '\0');
    for (std::size_t got = 0; got < bytes;) {
      const ssize_t now = ::read(ends_[0], text.data() + got, bytes - got);
      if (now <= 0) break;
      got += static_cast<std::size_t>(now);
    }
    return text;
  }

  std::array<int, 2> ends_{};
  std::size_t filled_ = 0;
};

TEST_F(LogThread, lets_nobody_wait_and_counts_what_is_lost) {
  start_log_thread();
  log("first\n");
  flush_log(50ms);
  const std::string long_message(1000, 'y');
  for (int i = 0; i < 1000; ++i) log("{}", long_message);
  flush_log(50ms);
  // Now somebody reads.
  EXPECT_EQ(read(filled_), std::string(filled_, 'x'));
  EXPECT_EQ(read(6), "first\n");
  const std::string kept = read(262'000);
  EXPECT_EQ(kept, std::string(262'000, 'y'));
  const std::string said = "tscollect: 738 messages were lost here: standard error was not read\n";
  EXPECT_EQ(read(said.size()), said);
}

}  // namespace
}  // namespace tscollect::base
