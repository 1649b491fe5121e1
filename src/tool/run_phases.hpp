#pragma once

#include "analysis/run_phases.hpp"
#include "tool/run_input.hpp"

#include <string>

namespace tscollect::tool {

/// The run's phases: those of the table `phases_file` (name,begin,end), or found phases if it is
/// empty. Throws base::UsageError.
[[nodiscard]] analysis::RunPhases read_phases(const RunInput& input,
                                              const std::string& phases_file);

}  // namespace tscollect::tool
