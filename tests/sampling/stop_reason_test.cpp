#include "sampling/stop_reason.hpp"

#include <gtest/gtest.h>

#include <csignal>

namespace tscollect::sampling {
namespace {

TEST(StopReason, of_a_signal_has_its_name) {
  EXPECT_EQ(stop_reason_of_signal(SIGUSR1).cause, StopCause::clean_stop);
  EXPECT_EQ(stop_reason_of_signal(SIGTERM).cause, StopCause::termination);
  EXPECT_EQ(stop_reason_of_signal(SIGINT).cause, StopCause::signal);
  EXPECT_EQ(stop_reason_of_signal(SIGXCPU).text, "SIGXCPU");
}

TEST(StopReason, is_urgent_where_a_kill_is_likely_to_follow) {
  EXPECT_TRUE(is_urgent(StopCause::termination));
  EXPECT_TRUE(is_urgent(StopCause::parent_ended));
  for (const StopCause cause : {StopCause::duration, StopCause::clean_stop, StopCause::signal,
                                StopCause::process_ended, StopCause::stop_file,
                                StopCause::rank_0_silent, StopCause::error})
    EXPECT_FALSE(is_urgent(cause));
}

}  // namespace
}  // namespace tscollect::sampling
