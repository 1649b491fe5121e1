#include "analysis/run_phases.hpp"

#include "analysis/find_phases.hpp"

#include <algorithm>
#include <utility>

namespace tscollect::analysis {

RunPhases phases_of(const store::RunFileReader& run, const RunClock& clock,
                    std::optional<std::vector<Phase>> given) {
  RunPhases phases;
  phases.clock = clock;
  phases.grid = grid_of(run, most_summary_steps);
  if (given) {
    phases.phases = std::move(*given);
    nest(phases.phases);
  } else if (!run.run().phases.empty()) {
    phases.phases = stored_phases(run.run());
  } else {
    phases.phases = find_phases(sums_of(run, phases.grid, activity_quantities()), phases.clock);
    std::ranges::stable_sort(phases.phases, {}, &Phase::begin_ns);
  }
  const std::size_t ticks = phases.grid.size();
  const double end = ticks == 0 ? 0 : phases.grid.end(ticks - 1);
  if (auto command = command_phase(run.run(), run.hosts(), clock.utc_ns(end)))
    phases.phases.insert(phases.phases.begin(), std::move(*command));
  return phases;
}

Period period_of(const Phase& phase, const RunClock& clock) {
  return {clock.seconds(phase.begin_ns), clock.seconds(phase.end_ns)};
}

}  // namespace tscollect::analysis
