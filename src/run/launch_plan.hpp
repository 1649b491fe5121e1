#pragma once

#include "base/usage_error.hpp"
#include "run/options.hpp"

#include <tscollect/result.hpp>

#include <map>
#include <string>
#include <vector>

namespace tscollect::run {

using Line = std::vector<std::string>;

/// How the collector is started and stopped here. In the lines "{job}" stands for what `submit`
/// has said.
struct LaunchPlan {
  std::string launcher;
  std::map<std::string, std::string> environment;  ///< set where the user has not set it
  Line prepare;                                    ///< may be empty, and may fail
  Line submit;                                     ///< empty: `line` starts the collector by itself
  Line line;                                       ///< runs as long as the collector
  Line stop;                                       ///< empty: SIGUSR1 to `line`
  Line end;                                        ///< empty: SIGTERM to `line`
  std::vector<std::string> noise;                  ///< lines with this are not for the user
  std::vector<std::string> notes;                  ///< for the user
};

/// Finds the launcher and fills its line in. `own_words`: what the collector is told besides the
/// user's options. An Error: the collector cannot be started, and why. Throws base::UsageError.
[[nodiscard]] Result<LaunchPlan> plan_launch(const RunOptions& options,
                                             const std::vector<std::string>& own_words);

/// The plan as a shell would take it, a line each.
[[nodiscard]] std::string to_text(const LaunchPlan& plan);

/// The folder of this program; empty where it cannot be told.
[[nodiscard]] std::filesystem::path program_folder();

}  // namespace tscollect::run
