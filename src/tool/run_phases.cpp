#include "tool/run_phases.hpp"

#include "analysis/find_phases.hpp"
#include "analysis/host_sums.hpp"
#include "base/text_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tscollect::app {

namespace {

std::string text_of(const std::string& file) {
  constexpr std::size_t most_bytes = std::size_t{16} << 20U;
  auto text = base::read_text_file(file, most_bytes);
  if (!text) throw UsageError(fmt::format("--phases {}", text.error().message));
  return std::move(text.value());
}

}  // namespace

RunPhases read_phases(const RunInput& input, const std::string& phases_file) {
  RunPhases run;
  run.clock = readable([&] { return clock_of(input.reader()); });
  run.grid = grid_of(input.reader());
  if (!phases_file.empty()) {
    auto phases = parse_phases(text_of(phases_file), run.clock);
    if (!phases)
      throw UsageError(fmt::format("--phases {}: {}", phases_file, phases.error().message));
    run.phases = std::move(phases.value());
    std::ranges::stable_sort(run.phases, {}, &Phase::begin_ns);
  } else {
    run.phases = find_phases(read_run_sums(input, run.grid, activity_quantities()), run.clock);
  }
  const double end = run.grid.size() == 0 ? 0 : run.grid.end(run.grid.size() - 1);
  if (auto command = command_phase(input.run(), input.hosts(), run.clock.utc_ns(end)))
    run.phases.insert(run.phases.begin(), std::move(*command));
  return run;
}

Period period_of(const Phase& phase, const RunClock& clock) {
  return {clock.seconds(phase.begin_ns), clock.seconds(phase.end_ns)};
}

RunSums read_run_sums(const RunInput& input, const TickGrid& grid,
                      std::vector<const Quantity*> quantities) {
  const SeriesChoice choice{quantities, {}, true};
  RunSums sums(grid, quantities);
  for (const std::string& name : input.collected()) {
    HostSums host(quantities, [&sums](const Intervals& intervals, std::size_t quantity,
                                      const Fractions& fractions) {
      sums.add(intervals, quantity, fractions);
    });
    try {
      read_series(input.reader(), name, choice, host);
    } catch (const UnreadableHost&) {
      continue;  // whoever reads all of it says what is wrong
    }
  }
  return sums;
}

}  // namespace tscollect::app
