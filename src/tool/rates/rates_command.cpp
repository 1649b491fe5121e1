#include "tool/commands.hpp"
#include "tool/common_options.hpp"
#include "tool/guard.hpp"
#include "tool/metric_choice.hpp"
#include "tool/name_check.hpp"
#include "tool/output.hpp"
#include "tool/rates/rates.hpp"
#include "tool/spare_runs.hpp"
#include "tool/time_choice.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tscollect::tool {

namespace {

struct Arguments {
  std::string file;
  std::vector<std::string> metrics;
  std::vector<std::string> hosts;
  std::vector<std::string> devices;
  TimeArguments times;
  std::string per = "device";
  double every = 0;
  std::string format = "csv";
  std::string output = "-";
  bool list = false;
  bool unlimited = false;
};

TableOptions options_of(const RunInput& input, const Arguments& arguments) {
  TableOptions options;
  options.quantities = chosen_quantities(arguments.metrics);
  options.hosts = Globs(arguments.hosts);
  options.devices = Globs(arguments.devices);
  options.every_seconds = arguments.every;
  if (arguments.per == "host") options.per = Per::host;
  if (arguments.per == "run") options.per = Per::run;
  check_hosts(input, options.hosts);
  std::vector<std::string> hosts = input.collected();
  std::erase_if(hosts, [&](const std::string& host) { return !options.hosts.fit(host); });
  check_names(input, hosts, {{}, arguments.devices, {}});
  options.times = chosen_times(input, arguments.times);
  return options;
}

base::ExitStatus run(const Arguments& arguments) {
  if (arguments.list) {
    Output output(arguments.output);
    output.write(quantity_list(chosen_quantities(arguments.metrics)));
    output.finish();
    return base::ExitStatus::complete;
  }
  if (arguments.file.empty()) throw base::UsageError("FILE is required; see --help");
  spare_runs(arguments.file, arguments.output);
  std::vector<std::filesystem::path> files = {arguments.file};
  if (!arguments.unlimited) go_on_under_limits(files);
  const RunInput input(arguments.file);
  const TableOptions options = options_of(input, arguments);
  Output output(arguments.output);
  const auto writer = make_row_writer(arguments.format, output);
  const base::ExitStatus status = write_table(input, options, *writer);
  writer->finish();
  output.finish();
  return status;
}

void add_choices(CLI::App& command, Arguments& arguments) {
  add_names_option(command, "-m,--metric", arguments.metrics,
                   "Names of --list, with *, ? and [a-z]: 'disk.*' [default: all]");
  add_names_option(command, "--host", arguments.hosts, "Hosts, likewise [default: all]");
  add_names_option(command, "--device", arguments.devices, "Devices, likewise [default: all]");
  add_time_options(command, arguments.times);
}

}  // namespace

void add_rates_command(CLI::App& program, base::ExitStatus& status) {
  CLI::App* command = program.add_subcommand(
      "rates", "Print throughput, latency, load and so on as one tidy table");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("FILE", arguments->file, "HDF5 file of a run");
  command->add_flag("--list", arguments->list,
                    "List the metrics, each with its unit, formula and limits");
  add_choices(*command, *arguments);
  command
      ->add_option("--per", arguments->per,
                   "A value for each device, or for each host or the run, every byte counted once")
      ->type_name("WHAT")
      ->check(CLI::IsMember({"device", "host", "run"}))
      ->capture_default_str();
  command
      ->add_option("--every", arguments->every,
                   "Means over this many seconds [default: from sample to sample]")
      ->type_name("SECONDS")
      ->check(CLI::PositiveNumber);
  command->add_option("-f,--format", arguments->format, "csv; json: an object a line")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"csv", "json"}))
      ->capture_default_str();
  add_output_option(*command, arguments->output);
  add_unlimited_option(*command, arguments->unlimited);
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace tscollect::tool
