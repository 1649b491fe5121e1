#pragma once

#include "analysis/phase.hpp"
#include "analysis/run_sums.hpp"
#include "analysis/tally.hpp"
#include "store/run_file/run_file_reader.hpp"

#include <optional>
#include <vector>

namespace tscollect::analysis {

/// The run's clock, its ticks and its phases.
struct RunPhases {
  TickGrid grid;
  RunClock clock;
  std::vector<Phase> phases;  ///< ordered by their begin, the command's first
};

/// With the phases that somebody gave, else with those that stand in the file, else with those that
/// are found, as find_phases.hpp says.
/// Throws StoreError.
[[nodiscard]] RunPhases phases_of(const store::RunFileReader& run, const RunClock& clock,
                                  std::optional<std::vector<Phase>> given);

[[nodiscard]] Period period_of(const Phase& phase, const RunClock& clock);

}  // namespace tscollect::analysis
