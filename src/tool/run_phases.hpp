#pragma once

#include "analysis/phase.hpp"
#include "analysis/run_sums.hpp"
#include "analysis/tally.hpp"
#include "tool/run_input.hpp"

#include <string>
#include <vector>

namespace tscollect::app {

/// A run on its time axis: when its ticks were, and which phases it has.
struct RunPhases {
  TickGrid grid;
  RunClock clock;
  /// In the order in which they begin, the command's first: those of `phases_file`, else those
  /// that are found, as find_phases.hpp says.
  std::vector<Phase> phases;
};

/// `phases_file`: a table name,begin,end; empty: none. Throws UsageError.
[[nodiscard]] RunPhases read_phases(const RunInput& input, const std::string& phases_file);

[[nodiscard]] Period period_of(const Phase& phase, const RunClock& clock);

/// Sums over the run, of quantities that fit in memory together (see quantities_at_once()). A host
/// that cannot be read is passed over. Throws nothing of the file's.
[[nodiscard]] RunSums read_run_sums(const RunInput& input, const TickGrid& grid,
                                    std::vector<const Quantity*> quantities);

}  // namespace tscollect::app
