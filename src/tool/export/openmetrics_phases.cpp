// Phases as series: 1 during a phase, 0 at its end. Prometheus looks back five minutes for a value,
// so it is repeated each minute.
#include "tool/export/export.hpp"

#include "analysis/phase.hpp"
#include "analysis/run_sums.hpp"
#include "base/checked_math.hpp"
#include "tool/export/openmetrics_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tscollect::tool {

namespace {

constexpr std::int64_t minute_ns = 60'000'000'000;
/// Limits the repetitions, however long a phase in the file is.
constexpr std::int64_t most_repeated = 10'000;

struct Interval {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
};
using Intervals = std::vector<Interval>;

/// By name and origin. Phases with the same name that touch or overlap are merged.
std::map<std::pair<std::string, std::string_view>, Intervals> series_of(
    const std::vector<analysis::Phase>& phases) {
  std::map<std::pair<std::string, std::string_view>, Intervals> series;
  for (const analysis::Phase& phase : phases) {
    Intervals& intervals = series[{phase.name, analysis::to_string(phase.origin)}];
    if (!intervals.empty() && phase.begin_ns <= intervals.back().end_ns)
      intervals.back().end_ns = std::max(intervals.back().end_ns, phase.end_ns);
    else
      intervals.push_back({phase.begin_ns, phase.end_ns});
  }
  return series;
}

void write_interval(const Interval& interval, const std::string& front, Output& output) {
  const std::int64_t length = base::saturating_difference(interval.end_ns, interval.begin_ns);
  const std::int64_t step = std::max(minute_ns, length / most_repeated + 1);
  for (std::int64_t passed = 0; passed < length; passed += step)
    output.write(fmt::format("{}1 {}\n", front, openmetrics_time(interval.begin_ns + passed)));
  output.write(fmt::format("{}0 {}\n", front, openmetrics_time(interval.end_ns)));
}

}  // namespace

void write_phase_family(const RunInput& input, Output& output) {
  const analysis::RunClock clock = readable([&] { return analysis::clock_of(input.reader()); });
  const analysis::TickGrid grid =
      readable([&] { return analysis::grid_of(input.reader(), analysis::most_summary_steps); });
  const double end = grid.size() == 0 ? 0 : grid.end(grid.size() - 1);
  std::vector<analysis::Phase> phases = analysis::stored_phases(input.run());
  if (auto command = analysis::command_phase(input.run(), input.hosts(), clock.utc_ns(end)))
    phases.insert(phases.begin(), std::move(*command));
  if (phases.empty()) return;
  output.write(
      "# TYPE tscollect_phase gauge\n"
      "# HELP tscollect_phase 1 while a phase that was marked, or the command, goes on\n");
  for (const auto& [key, intervals] : series_of(phases)) {
    const std::string front = fmt::format(R"(tscollect_phase{{phase="{}",origin="{}"}} )",
                                          openmetrics_escaped(key.first), key.second);
    for (const Interval& interval : intervals) write_interval(interval, front, output);
  }
}

}  // namespace tscollect::tool
