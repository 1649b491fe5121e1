#include "tool/time_choice.hpp"

#include "tool/common_options.hpp"
#include "tool/globs.hpp"
#include "tool/run_phases.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

namespace tscollect::tool {

namespace {

double moment(const char* option, const std::string& text, const analysis::RunClock& clock) {
  const auto seconds = analysis::parse_moment(text, clock);
  if (!seconds) throw base::UsageError(fmt::format("{}: {}", option, seconds.error().message));
  return seconds.value();
}

void choose_phases(const RunInput& input, const TimeArguments& arguments, ChosenTimes& times) {
  const analysis::RunPhases run = read_phases(input, arguments.phases_file);
  std::vector<std::string> names;
  const Globs globs(arguments.phases);
  for (const analysis::Phase& phase : run.phases) {
    names.push_back(phase.name);
    if (globs.fit(phase.name)) times.add(analysis::period_of(phase, run.clock));
  }
  if (const auto unknown = globs.without_match(names); !unknown.empty())
    throw base::UsageError(
        fmt::format("--phase {}: the run has none of that name; it has {}", unknown.front(),
                    names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
}

}  // namespace

bool ChosenTimes::have(double end, double seconds) const {
  constexpr double mostly = 0.5;
  return periods_.empty() || std::ranges::any_of(periods_, [=](const analysis::Period& period) {
           return period.share_of(end, seconds) >= mostly;
         });
}

bool ChosenTimes::have(double moment) const {
  return periods_.empty() ||
         std::ranges::any_of(periods_, [moment](const analysis::Period& period) {
           return moment >= period.begin && moment <= period.end;
         });
}

void add_time_options(CLI::App& command, TimeArguments& arguments) {
  add_repeated_option(command, "--phase", arguments.phases,
                      "Only in phases of these names [default: all times]");
  add_phases_file_option(command, arguments.phases_file);
  command
      .add_option("--from", arguments.from,
                  "From this UTC time on, or this many seconds after the start")
      ->type_name("TIME");
  command.add_option("--to", arguments.to, "Up to this time, likewise")->type_name("TIME");
}

ChosenTimes chosen_times(const RunInput& input, const TimeArguments& arguments) {
  ChosenTimes times;
  if (!arguments.phases.empty() || !arguments.phases_file.empty()) {
    if (!arguments.from.empty() || !arguments.to.empty())
      throw base::UsageError("--from and --to do not go together with --phase");
    choose_phases(input, arguments, times);
    return times;
  }
  if (arguments.from.empty() && arguments.to.empty()) return times;
  const analysis::RunClock clock = readable([&] { return analysis::clock_of(input.reader()); });
  constexpr double infinity = std::numeric_limits<double>::infinity();
  analysis::Period period{-infinity, infinity};
  if (!arguments.from.empty()) period.begin = moment("--from", arguments.from, clock);
  if (!arguments.to.empty()) period.end = moment("--to", arguments.to, clock);
  times.add(period);
  return times;
}

}  // namespace tscollect::tool
