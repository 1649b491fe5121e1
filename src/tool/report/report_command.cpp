#include "analysis/run_summary.hpp"
#include "base/log.hpp"
#include "base/progress.hpp"
#include "tool/commands.hpp"
#include "tool/common_options.hpp"
#include "tool/guard.hpp"
#include "tool/output.hpp"
#include "tool/report/report.hpp"
#include "tool/run_phases.hpp"
#include "tool/spare_runs.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tscollect::tool {

namespace {

constexpr std::size_t most_compared_phases = 10;

struct Arguments {
  std::string file;
  std::string output;
  std::string baseline;
  std::string phases_file;
  bool open = false;
  bool unlimited = false;
};

/// For each of these names the first phase of the run that has it; the whole run first.
std::vector<PartOfRun> parts_of(const analysis::RunPhases& run,
                                const std::vector<std::string>& names) {
  std::vector<PartOfRun> parts = {whole_run(run)};
  for (const std::string& name : names) {
    const auto found = std::ranges::find(run.phases, name, &analysis::Phase::name);
    parts.push_back({*found, analysis::period_of(*found, run.clock)});
  }
  return parts;
}

/// Names of phases that both runs have.
std::vector<std::string> common_phases(const analysis::RunPhases& one,
                                       const analysis::RunPhases& other) {
  std::vector<std::string> names;
  for (const analysis::Phase& phase : one.phases) {
    const bool is_new = std::ranges::find(names, phase.name) == names.end();
    const bool is_in_both =
        std::ranges::find(other.phases, phase.name, &analysis::Phase::name) != other.phases.end();
    if (is_new && is_in_both && phase.origin != analysis::PhaseOrigin::command &&
        names.size() < most_compared_phases)
      names.push_back(phase.name);
  }
  return names;
}

/// The whole runs, and each phase whose name both have.
std::vector<BaselinePart> compare_with(const std::string& baseline, const RunInput& ours,
                                       const std::string& our_name,
                                       const analysis::RunPhases& our_phases) {
  const RunInput theirs(baseline);
  const analysis::RunPhases their_phases = read_phases(theirs, "");
  const std::vector<std::string> names = common_phases(our_phases, their_phases);
  Comparison all;
  all.quantities = analysis::summary_quantities();
  add_parts(theirs, baseline, their_phases, parts_of(their_phases, names), all);
  add_parts(ours, our_name, our_phases, parts_of(our_phases, names), all);
  std::vector<BaselinePart> parts;
  const std::size_t count = names.size() + 1;
  for (std::size_t i = 0; i < count; ++i)
    parts.push_back(
        {i == 0 ? "run" : names[i - 1], {all.quantities, {all.parts[i], all.parts[count + i]}}});
  return parts;
}

std::string page_of(const Arguments& arguments) {
  const RunInput input(arguments.file);
  const analysis::RunPhases phases = read_phases(input, arguments.phases_file);
  base::Progress progress("reading", 2 * input.hosts().size(), "hosts");
  const auto summary = readable([&] {
    return analysis::summarize(input.reader(), phases, true,
                               [&](std::size_t hosts) { progress.show(hosts); });
  });
  const auto reduced = readable([&] {
    return analysis::reduce_run(input.reader(), phases, chart_quantities(), [&](std::size_t hosts) {
      progress.show(input.hosts().size() + hosts);
    });
  });
  ReportContent content{std::filesystem::path(arguments.file).filename().string(),
                        &input,
                        &phases,
                        &summary,
                        reduced.get(),
                        {}};
  if (!arguments.baseline.empty())
    content.baseline =
        readable([&] { return compare_with(arguments.baseline, input, arguments.file, phases); });
  return page_text(fmt::format("{}: tscollect report", shown(content.file)), data_text(content));
}

void open_in_browser(const std::string& output) {
  const std::string path = std::filesystem::absolute(output).string();
  if (const std::string error = open_page(path); !error.empty())
    base::log("tscollect: --open: {}; open {} in a browser\n", error, shown(path));
}

base::ExitStatus run(const Arguments& arguments) {
  std::string target = arguments.output;
  if (target.empty())
    target = std::filesystem::path(arguments.file).replace_extension(".html").string();
  const bool is_file = target != "-";
  if (arguments.open && !is_file)
    throw base::UsageError("--open: the page is not written to a file");
  spare_runs(arguments.file, target);
  std::vector<std::filesystem::path> files = {arguments.file};
  if (!arguments.baseline.empty()) {
    spare_runs(arguments.baseline, target);
    files.emplace_back(arguments.baseline);
  }
  if (!arguments.unlimited)
    go_on_under_limits(files, [&] {
      if (arguments.open) open_in_browser(target);
    });
  const std::string page = page_of(arguments);
  Output output(target);
  output.write(page);
  output.finish();
  if (is_file) {
    Output said;
    said.write(shown(target) + "\n");
    said.finish();
  }
  if (arguments.open && arguments.unlimited) open_in_browser(target);
  return base::ExitStatus::complete;
}

}  // namespace

void add_report_command(CLI::App& program, base::ExitStatus& status) {
  CLI::App* command = program.add_subcommand(
      "report", "Write a page that shows a run: findings, phases, charts; for any browser");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("FILE", arguments->file, "HDF5 file of a run")->required();
  command
      ->add_option("-o,--output", arguments->output,
                   "The page, replacing what is there; -: standard output [default: beside FILE, "
                   "with the ending .html]")
      ->type_name("FILE");
  command
      ->add_option("--baseline", arguments->baseline,
                   "File of another run, with which the page compares this one")
      ->type_name("FILE");
  add_phases_file_option(*command, arguments->phases_file);
  command->add_flag("--open", arguments->open, "Open the page in a browser [default: no]");
  add_unlimited_option(*command, arguments->unlimited);
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace tscollect::tool
