#pragma once

#include "run/launch_plan.hpp"

#include "base/files/descriptor.hpp"

#include <chrono>
#include <filesystem>
#include <sys/types.h>

namespace tscollect::run {

/// Files beside the output, where rank 0 finds them on whatever node it runs.
struct KeeperFiles {
  std::filesystem::path status;
  bool status_is_ours = true;   ///< to be removed at the end
  std::filesystem::path marks;  ///< absolute; the collector's file of marks
};

/// The keeper: a process that starts the launcher, watches it, stops it and removes its files. It
/// has a session of its own, so that signals to tscollect-run or its process group do not reach the
/// collector. It stops the collector when tscollect-run has ended for any reason.
struct Keeper {
  pid_t pid = -1;
  base::Descriptor socket;  ///< see messages.hpp
  /// The reading end of the launcher's output. It is kept open, so that the launcher can still
  /// write if the keeper is killed.
  base::Descriptor log;
};

/// Throws std::system_error if no process can be started.
[[nodiscard]] Keeper start_keeper(const LaunchPlan& plan, const KeeperFiles& files,
                                  std::chrono::seconds stop_limit);

}  // namespace tscollect::run
