#include "tool/compare/compare.hpp"

#include <algorithm>

namespace tscollect::tool {

PartOfRun whole_run(const analysis::RunPhases& run) {
  PartOfRun part;
  part.phase.name = "run";
  part.phase.origin = analysis::PhaseOrigin::run;
  if (run.grid.size() > 0) part.period = {run.grid.end(0), run.grid.end(run.grid.size() - 1)};
  return part;
}

void add_parts(const RunInput& input, const std::string& file, const analysis::RunPhases& run,
               const std::vector<PartOfRun>& parts, Comparison& comparison) {
  const std::size_t first_part = comparison.parts.size();
  for (const PartOfRun& part : parts)
    comparison.parts.push_back(
        {file, part.phase.name, part.phase.origin == analysis::PhaseOrigin::found,
         part.period.seconds(), std::vector<analysis::Spread>(comparison.quantities.size())});
  const auto hosts = static_cast<std::size_t>(std::ranges::count_if(
      input.hosts(),
      [](const block::HostOutcome& host) { return host.state != block::HostState::missing; }));
  const double shortest = input.run().collection_interval_seconds / 2;
  const std::size_t at_once = analysis::quantities_at_once(run.grid.size());
  const auto& all = comparison.quantities;
  for (std::size_t first = 0; first < all.size(); first += at_once) {
    const std::size_t count = std::min(at_once, all.size() - first);
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first);
    const analysis::RunSums sums = analysis::sums_of(
        input.reader(), run.grid, {begin, begin + static_cast<std::ptrdiff_t>(count)});
    for (std::size_t part = 0; part < parts.size(); ++part)
      for (std::size_t i = 0; i < count; ++i)
        comparison.parts[first_part + part].spreads[first + i] =
            analysis::spread_of(sums, i, parts[part].period, shortest, hosts);
  }
}

}  // namespace tscollect::tool
