#include "analysis/run_summary.hpp"
#include "base/progress.hpp"
#include "tool/commands.hpp"
#include "tool/common_options.hpp"
#include "tool/compare/compare.hpp"
#include "tool/globs.hpp"
#include "tool/guard.hpp"
#include "tool/metric_choice.hpp"
#include "tool/output.hpp"
#include "tool/run_phases.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tscollect::tool {

namespace {

struct Arguments {
  std::vector<std::string> files;
  std::vector<std::string> metrics;
  std::vector<std::string> phases;
  std::string phases_file;
  bool json = false;
  bool unlimited = false;
};

/// For one file its phases, for several the whole runs, unless phases are named.
std::vector<PartOfRun> parts_of(const analysis::RunPhases& run, const Arguments& arguments) {
  std::vector<PartOfRun> parts;
  if (arguments.phases.empty() && arguments.files.size() > 1) {
    parts.push_back(whole_run(run));
    return parts;
  }
  const Globs globs(arguments.phases);
  for (const analysis::Phase& phase : run.phases) {
    const bool is_named = !arguments.phases.empty() && globs.fit(phase.name);
    if (is_named || (arguments.phases.empty() && phase.origin != analysis::PhaseOrigin::command))
      parts.push_back({phase, analysis::period_of(phase, run.clock)});
  }
  return parts;
}

void add_run(const std::string& file, const Arguments& arguments, Comparison& comparison) {
  const RunInput input(file);
  const analysis::RunPhases run = read_phases(input, arguments.phases_file);
  const std::vector<PartOfRun> parts = parts_of(run, arguments);
  if (parts.empty())
    throw base::UsageError(
        arguments.phases.empty()
            ? fmt::format("{}: no phases were found in it: name a second file, or "
                          "phases with --phases",
                          file)
            : fmt::format("{}: it has no phase that --phase names", file));
  add_parts(input, file, run, parts, comparison);
}

base::ExitStatus run(const Arguments& arguments) {
  const std::vector<std::filesystem::path> files(arguments.files.begin(), arguments.files.end());
  Comparison comparison;
  comparison.quantities = arguments.metrics.empty() ? analysis::summary_quantities()
                                                    : chosen_quantities(arguments.metrics);
  if (!arguments.unlimited) go_on_under_limits(files);
  base::Progress progress("reading", files.size(), "files");
  for (const std::string& file : arguments.files) {
    add_run(file, arguments, comparison);
    progress.show(comparison.parts.size());
  }
  if (comparison.parts.size() < 2)
    throw base::UsageError(
        "there is nothing to compare: name a second file, or phases of one file");
  Output output;
  output.write(arguments.json ? comparison_json(comparison) : comparison_text(comparison));
  output.finish();
  return base::ExitStatus::complete;
}

}  // namespace

void add_compare_command(CLI::App& program, base::ExitStatus& status) {
  CLI::App* command = program.add_subcommand(
      "compare", "Compare runs, or phases of one run, and show what differs");
  const auto arguments = std::make_shared<Arguments>();
  command
      ->add_option("FILE", arguments->files,
                   "HDF5 files of runs; for a single file its phases are compared")
      ->required();
  add_names_option(*command, "-m,--metric", arguments->metrics,
                   "Names of tscollect rates --list, with *, ? and [a-z] [default: those of info]");
  add_repeated_option(*command, "--phase", arguments->phases,
                      "Phases of these names [default: whole runs]");
  add_phases_file_option(*command, arguments->phases_file);
  command->add_flag("--json", arguments->json, "As JSON [default: as text]");
  add_unlimited_option(*command, arguments->unlimited);
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace tscollect::tool
