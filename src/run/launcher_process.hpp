#pragma once

#include "run/launch_plan.hpp"
#include "run/log_tail.hpp"

#include "base/files/descriptor.hpp"

#include <string>
#include <sys/types.h>

namespace tscollect::run {

/// A pipe for the launcher's output.
struct LogPipe {
  base::Descriptor reading;
  base::Descriptor writing;
};

/// The launcher, a child of the keeper in a process group of its own.
class LauncherProcess {
 public:
  /// Starts it; error() tells whether that succeeded.
  LauncherProcess(LaunchPlan plan, LogPipe log);

  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  [[nodiscard]] bool has_ended() const noexcept { return ended_; }
  [[nodiscard]] int status() const noexcept { return status_; }
  /// Whether it has ended by itself, and with all that it started. One that was killed leaves ranks
  /// behind, and so does one that only watches a job.
  [[nodiscard]] bool has_left_nothing() const noexcept {
    return ended_ && error_.empty() && !was_killed_ && plan_.submit.empty();
  }
  /// The reading end of its standard output and error; closed at their end.
  [[nodiscard]] int log() const noexcept { return log_.get(); }

  /// Call it on SIGCHLD.
  void look_for_end();
  void read_log();
  [[nodiscard]] const LogTail& said() const noexcept { return tail_; }

  void ask_to_stop();
  void ask_to_end();
  void kill_all() const;

 private:
  void start(base::Descriptor log_end);
  void signal_or_run(int signal, const Line& line) const;

  LaunchPlan plan_;
  std::string error_;
  pid_t pid_ = -1;
  bool ended_ = false;
  bool was_killed_ = false;
  int status_ = 0;
  base::Descriptor log_;
  LogTail tail_;
};

}  // namespace tscollect::run
