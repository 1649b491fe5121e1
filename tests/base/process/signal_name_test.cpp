#include "base/process/signal_name.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstring>
#include <string>

namespace tscollect::base {
namespace {

TEST(SignalName, is_the_name_that_users_know) {
  EXPECT_EQ(signal_name(SIGTERM), "SIGTERM");
  EXPECT_EQ(signal_name(SIGUSR1), "SIGUSR1");
  EXPECT_EQ(signal_name(SIGXCPU), "SIGXCPU");
}

TEST(SignalName, gives_the_number_of_a_signal_without_a_name) {
  EXPECT_EQ(signal_name(SIGRTMIN + 1), "signal " + std::to_string(SIGRTMIN + 1));
  EXPECT_EQ(signal_name(0), "signal 0");
}

#if __GLIBC_PREREQ(2, 32)
TEST(SignalName, agrees_with_the_library_where_it_has_names) {
  for (int signal = 1; signal < SIGRTMIN; ++signal) {
    const char* name = ::sigabbrev_np(signal);
    if (name == nullptr) continue;
    EXPECT_EQ(signal_name(signal), std::string("SIG") + name);
  }
}
#endif

}  // namespace
}  // namespace tscollect::base
