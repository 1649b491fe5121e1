#include "tool/commands.hpp"
#include "tool/guard.hpp"
#include "tool/output.hpp"
#include "tool/rates/rates.hpp"
#include "tool/run_phases.hpp"
#include "tool/spare_runs.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tscollect::app {

namespace {

struct Arguments {
  std::string file;
  std::vector<std::string> metrics;
  std::vector<std::string> hosts;
  std::vector<std::string> devices;
  std::vector<std::string> phases;
  std::string phases_file;
  std::string from;
  std::string to;
  std::string per = "device";
  double every = 0;
  std::string format = "csv";
  std::string output = "-";
  bool list = false;
  bool unlimited = false;
};

std::vector<const Quantity*> chosen_quantities(const std::vector<std::string>& patterns) {
  const Globs globs(patterns);
  std::vector<const Quantity*> chosen;
  std::vector<std::string> names;
  for (const Quantity& quantity : quantities()) {
    names.emplace_back(quantity.name);
    if (globs.fit(quantity.name)) chosen.push_back(&quantity);
  }
  if (const auto unknown = globs.without_match(names); !unknown.empty())
    throw UsageError(
        fmt::format("--metric {}: there is none of that name; tscollect rates --list "
                    "shows them",
                    unknown.front()));
  return chosen;
}

double moment(const char* option, const std::string& text, const RunClock& clock) {
  const auto seconds = parse_moment(text, clock);
  if (!seconds) throw UsageError(fmt::format("{}: {}", option, seconds.error().message));
  return seconds.value();
}

void choose_phases(const RunInput& input, const Arguments& arguments, TableOptions& options) {
  const RunPhases run = read_phases(input, arguments.phases_file);
  std::vector<std::string> names;
  const Globs globs(arguments.phases);
  for (const Phase& phase : run.phases) {
    names.push_back(phase.name);
    if (globs.fit(phase.name)) options.times.add(period_of(phase, run.clock));
  }
  if (const auto unknown = globs.without_match(names); !unknown.empty())
    throw UsageError(
        fmt::format("--phase {}: the run has none of that name; it has {}", unknown.front(),
                    names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
}

void choose_times(const RunInput& input, const Arguments& arguments, TableOptions& options) {
  if (!arguments.phases.empty() || !arguments.phases_file.empty()) {
    if (!arguments.from.empty() || !arguments.to.empty())
      throw UsageError("--from and --to do not go together with --phase");
    return choose_phases(input, arguments, options);
  }
  if (arguments.from.empty() && arguments.to.empty()) return;
  const RunClock clock = readable([&] { return clock_of(input.reader()); });
  Period period{-INFINITY, INFINITY};
  if (!arguments.from.empty()) period.begin = moment("--from", arguments.from, clock);
  if (!arguments.to.empty()) period.end = moment("--to", arguments.to, clock);
  options.times.add(period);
}

TableOptions options_of(const RunInput& input, const Arguments& arguments) {
  TableOptions options;
  options.quantities = chosen_quantities(arguments.metrics);
  options.hosts = Globs(arguments.hosts);
  options.devices = Globs(arguments.devices);
  options.every_seconds = arguments.every;
  if (arguments.per == "host") options.per = Per::host;
  if (arguments.per == "run") options.per = Per::run;
  if (const auto unknown = options.hosts.without_match(input.collected()); !unknown.empty())
    throw UsageError(fmt::format("--host {}: the run has none of that name", unknown.front()));
  choose_times(input, arguments, options);
  return options;
}

ExitStatus run(const Arguments& arguments) {
  if (arguments.list) {
    Output output(arguments.output);
    output.write(quantity_list(chosen_quantities(arguments.metrics)));
    output.finish();
    return ExitStatus::complete;
  }
  if (arguments.file.empty()) throw UsageError("FILE is required; see --help");
  spare_runs(arguments.file, arguments.output);
  std::vector<std::filesystem::path> files = {arguments.file};
  if (!arguments.unlimited) go_on_under_limits(files);
  const RunInput input(arguments.file);
  const TableOptions options = options_of(input, arguments);
  Output output(arguments.output);
  const auto writer = make_row_writer(arguments.format, output);
  const ExitStatus status = write_table(input, options, *writer);
  writer->finish();
  output.finish();
  return status;
}

void add_choices(CLI::App& command, Arguments& arguments) {
  command
      .add_option("-m,--metric", arguments.metrics,
                  "Names of --list, with *, ? and [a-z]: 'disk.*' [default: all]")
      ->type_name("NAME")
      ->delimiter(',');
  command.add_option("--host", arguments.hosts, "Hosts, likewise [default: all]")
      ->type_name("NAME")
      ->delimiter(',');
  command.add_option("--device", arguments.devices, "Devices, likewise [default: all]")
      ->type_name("NAME")
      ->delimiter(',');
  command
      .add_option("--phase", arguments.phases, "Only in phases of these names [default: all times]")
      ->type_name("NAME");
  command
      .add_option("--phases", arguments.phases_file,
                  "Phases, as lines of name,begin,end [default: those that are found]")
      ->type_name("FILE");
  command
      .add_option("--from", arguments.from,
                  "Not before this UTC time, or so many seconds after the start")
      ->type_name("TIME");
  command.add_option("--to", arguments.to, "Not after it, likewise")->type_name("TIME");
}

}  // namespace

void add_rates_command(CLI::App& program, ExitStatus& status) {
  CLI::App* command = program.add_subcommand(
      "rates", "Print throughput, latency, load and so on as one tidy table");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("FILE", arguments->file, "HDF5 file of a run");
  command->add_flag("--list", arguments->list,
                    "Say what each metric is: unit, formula, what it cannot know");
  add_choices(*command, *arguments);
  command
      ->add_option("--per", arguments->per,
                   "A value for each device, or for each host or the run, every byte counted once")
      ->type_name("WHAT")
      ->check(CLI::IsMember({"device", "host", "run"}))
      ->capture_default_str();
  command
      ->add_option("--every", arguments->every,
                   "Means over so many seconds [default: from sample to sample]")
      ->type_name("SECONDS")
      ->check(CLI::PositiveNumber);
  command->add_option("-f,--format", arguments->format, "csv, or json: an object a line")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"csv", "json"}))
      ->capture_default_str();
  command
      ->add_option("-o,--output", arguments->output,
                   "Where to write, replacing what is there; -: standard output")
      ->type_name("FILE")
      ->capture_default_str();
  add_unlimited_option(*command, arguments->unlimited);
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace tscollect::app
