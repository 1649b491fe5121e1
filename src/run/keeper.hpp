#pragma once

#include "run/launch_plan.hpp"

#include "base/descriptor.hpp"

#include <chrono>
#include <filesystem>
#include <sys/types.h>

namespace tscollect::run {

/// Files beside the output, which rank 0 sees on whatever node it is.
struct KeeperFiles {
  std::filesystem::path status;
  bool status_is_ours = true;   ///< to be removed at the end
  std::filesystem::path marks;  ///< absolute; the collector's file of marks
};

/// The keeper: a process that starts the launcher, watches it, stops it and cleans up behind it. It
/// has a session of its own, so that what strikes tscollect-run or its whole process group does
/// not strike the collector; and it stops the collector when tscollect-run is gone, however it
/// went.
struct Keeper {
  pid_t pid = -1;
  base::Descriptor socket;  ///< see messages.hpp
  /// The reading end of what the launcher says: held open, so that its words harm nobody should the
  /// keeper be killed.
  base::Descriptor log;
};

/// Throws std::system_error where there can be no process.
[[nodiscard]] Keeper start_keeper(const LaunchPlan& plan, const KeeperFiles& files,
                                  std::chrono::seconds stop_limit);

}  // namespace tscollect::run
