#include "base/usage_error.hpp"
#include "store/run_file/phase_insertion.hpp"
#include "tool/commands.hpp"
#include "tool/guard.hpp"
#include "tool/mark/mark.hpp"
#include "tool/run_input.hpp"
#include "tool/run_phases.hpp"

#include <tscollect/time.hpp>
#include <tscollect/version.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tscollect::tool {

namespace {

using base::ExitStatus;

/// The phases of the file, ordered by their begin, with their nesting depth.
std::vector<block::RunPhase> phases_to_insert(const RunInput& input,
                                              const MarkArguments& arguments) {
  if (!input.run().phases.empty() && !arguments.force)
    throw base::UsageError(fmt::format("{}: it has {} phases; --force replaces them",
                                       arguments.into, input.run().phases.size()));
  const analysis::RunPhases run = read_phases(input, arguments.phases_file);
  const std::size_t ticks = run.grid.size();
  const analysis::Period whole =
      ticks == 0 ? analysis::Period{} : analysis::Period{run.grid.end(0), run.grid.end(ticks - 1)};
  std::vector<block::RunPhase> given;
  for (const analysis::Phase& phase : run.phases) {
    if (phase.origin != analysis::PhaseOrigin::marked) continue;
    const analysis::Period period = analysis::period_of(phase, run.clock);
    if (period.end < whole.begin || period.begin > whole.end)
      throw base::UsageError(fmt::format("--phases {}: '{}' lies outside of the run",
                                         arguments.phases_file, phase.name));
    given.push_back({phase.name, phase.begin_ns, phase.end_ns, phase.host, phase.level});
  }
  return given;
}

ExitStatus insert(const MarkArguments& arguments) {
  if (!arguments.name.empty() || !arguments.begin.empty() || arguments.ends ||
      !arguments.output.empty())
    throw base::UsageError("--into goes together with --phases and --force only");
  if (arguments.phases_file.empty()) throw base::UsageError("--into needs --phases FILE");
  const std::filesystem::path file = arguments.into;
  if (!arguments.unlimited) go_on_under_limits({&file, 1});
  std::vector<block::RunPhase> phases;
  {
    const RunInput input(file);
    phases = phases_to_insert(input, arguments);
  }
  store::insert_phases(
      file, phases,
      fmt::format("{} tscollect {}: mark --into", format_timestamp(wall_now()), version));
  return ExitStatus::complete;
}

}  // namespace

void add_mark_command(CLI::App& program, ExitStatus& status) {
  CLI::App* command = program.add_subcommand(
      "mark", "Mark phases while a run goes on, or put them into its file afterwards");
  const auto arguments = std::make_shared<MarkArguments>();
  add_mark_options(*command, *arguments);
  add_unlimited_option(*command, arguments->unlimited);
  command->footer(
      "Exit status: 0 marked; 2 usage, or no run to mark; 3 it takes no marks (any more).");
  command->callback([arguments, &status] {
    status = arguments->into.empty() ? append_mark(*arguments) : insert(*arguments);
  });
}

}  // namespace tscollect::tool
