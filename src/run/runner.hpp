#pragma once

#include "run/keeper.hpp"
#include "run/options.hpp"
#include "run/signals.hpp"

#include <optional>
#include <string>

namespace tscollect::run {

/// Runs the command with the collector beside it, or without it if there is no `plan`, for the
/// given reason. Returns the exit status of this program.
[[nodiscard]] int run_beside(const RunOptions& options, const std::optional<LaunchPlan>& plan,
                             const std::string& reason, const KeeperFiles& files,
                             const Inherited& inherited);

}  // namespace tscollect::run
