#pragma once

#include "analysis/run_phases.hpp"
#include "tool/run_input.hpp"

#include <string>

namespace tscollect::tool {

/// The run's phases: those of `phases_file`, a table name,begin,end; if that is empty, those that
/// are found. Throws base::UsageError.
[[nodiscard]] analysis::RunPhases read_phases(const RunInput& input,
                                              const std::string& phases_file);

}  // namespace tscollect::tool
