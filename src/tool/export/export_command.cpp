#include "tool/commands.hpp"
#include "tool/common_options.hpp"
#include "tool/export/export.hpp"
#include "tool/guard.hpp"
#include "tool/name_check.hpp"
#include "tool/spare_runs.hpp"
#include "tool/time_choice.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::tool {

namespace {

struct Arguments {
  std::string file;
  std::string format = "json";
  std::string output = "-";
  std::vector<std::string> hosts;
  std::vector<std::string> sources;
  std::vector<std::string> devices;
  std::vector<std::string> fields;
  TimeArguments times;
  bool unlimited = false;
};

SampleFilter filter_of(const RunInput& input, const Arguments& arguments) {
  SampleFilter filter{Globs(arguments.hosts),
                      Globs(arguments.sources),
                      Globs(arguments.devices),
                      Globs(arguments.fields),
                      {},
                      input.run().collection_interval_seconds};
  check_hosts(input, filter.hosts);
  check_names(input, filter.hosts_of(input),
              {arguments.sources, arguments.devices, arguments.fields});
  TimeArguments times = arguments.times;
  // Perfetto shows phases as slices; the whole run is exported unless a phase is named.
  if (arguments.format == "perfetto" && times.phases.empty()) times.phases_file.clear();
  filter.times = chosen_times(input, times);
  return filter;
}

base::ExitStatus run(const Arguments& arguments) {
  spare_runs(arguments.file, arguments.output);
  if (arguments.format == "perfetto" && !arguments.fields.empty())
    throw base::UsageError("--field does not go together with -f perfetto, which has quantities");
  const std::filesystem::path file = arguments.file;
  if (!arguments.unlimited) go_on_under_limits({&file, 1});
  const RunInput input(file);
  const SampleFilter filter = filter_of(input, arguments);
  Output output(arguments.output);
  const bool shares_screen = arguments.output == "-" && base::Progress::output_is_terminal();
  const bool by_family = arguments.format == "openmetrics";
  base::Progress progress(
      "exporting",
      by_family ? 0 : static_cast<std::size_t>(std::max<std::int64_t>(input.run().num_samples, 0)),
      by_family ? "metrics" : "samples", !shares_screen);
  auto status = base::ExitStatus::complete;
  if (arguments.format == "json")
    export_json(input, filter, output, progress);
  else if (arguments.format == "csv")
    export_csv(input, filter, arguments.times.phases_file, output, progress);
  else if (by_family)
    export_openmetrics(input, filter, output, progress);
  else
    status = export_perfetto(input, filter, arguments.times.phases_file, output);
  output.finish();
  return status;
}

void add_choices(CLI::App& command, Arguments& arguments) {
  add_names_option(command, "--host", arguments.hosts,
                   "Hosts of these names, with *, ? and [a-z] [default: all]");
  add_names_option(command, "--source", arguments.sources, "Sources, likewise [default: all]");
  add_names_option(command, "--device", arguments.devices, "Devices, likewise [default: all]");
  add_names_option(command, "--field", arguments.fields, "Fields, likewise [default: all]");
  add_time_options(command, arguments.times);
}

}  // namespace

void add_export_command(CLI::App& program, base::ExitStatus& status) {
  CLI::App* command = program.add_subcommand(
      "export",
      "Turn a run's file, or a part of it, into JSON, CSV, OpenMetrics or a trace for Perfetto");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("FILE", arguments->file, "HDF5 file of a run")->required();
  command
      ->add_option("-f,--format", arguments->format,
                   "json: the reference collector's TimeSeriesData; csv: one wide table; "
                   "openmetrics; perfetto")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"json", "csv", "openmetrics", "perfetto"}))
      ->capture_default_str();
  add_output_option(*command, arguments->output);
  add_choices(*command, *arguments);
  add_unlimited_option(*command, arguments->unlimited);
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace tscollect::tool
