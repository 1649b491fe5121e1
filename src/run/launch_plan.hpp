#pragma once

#include "base/usage_error.hpp"
#include "run/options.hpp"

#include <tscollect/result.hpp>

#include <map>
#include <string>
#include <vector>

namespace tscollect::run {

using Line = std::vector<std::string>;

/// How the collector is started and stopped here. In the lines "{job}" is replaced by the output of
/// `submit`.
struct LaunchPlan {
  std::string launcher;
  std::map<std::string, std::string> environment;  ///< set unless the user has set it
  Line prepare;                                    ///< may be empty, and may fail
  Line submit;                                     ///< empty: `line` starts the collector directly
  Line line;                                       ///< runs as long as the collector
  Line stop;                                       ///< empty: SIGUSR1 to `line`
  Line end;                                        ///< empty: SIGTERM to `line`
  std::vector<std::string>
      noise;  ///< output lines that contain one of these are not shown to the user
  std::vector<std::string> notes;  ///< messages for the user
};

/// Chooses the launcher and expands its lines. `own_words`: options of the collector besides the
/// user's. Error: why the collector cannot be started. Throws base::UsageError.
[[nodiscard]] Result<LaunchPlan> plan_launch(const RunOptions& options,
                                             const std::vector<std::string>& own_words);

/// The plan in shell syntax, a line for each command.
[[nodiscard]] std::string to_text(const LaunchPlan& plan);

/// The folder of this program; empty if unknown.
[[nodiscard]] std::filesystem::path program_folder();

}  // namespace tscollect::run
