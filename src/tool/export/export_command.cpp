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
#include <system_error>
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
  std::string given_hosts;
  std::string benchmark = "training";
  bool unlimited = false;
};

// Name of one of the benchmark's workloads, the beginning of a file name.
const CLI::Validator is_workload(
    [](const std::string& text) -> std::string {
      const bool is_name = !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
      });
      return is_name ? "" : "a name of small letters, digits and '_', such as training, is needed";
    },
    "NAME");

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

/// Where to write: in a folder, the file has the name that the benchmark gives it.
std::filesystem::path target_of(const RunInput& input, const Arguments& arguments) {
  std::filesystem::path target = arguments.output;
  std::error_code ignored;
  if (arguments.format != "mlpstorage" || !std::filesystem::is_directory(target, ignored))
    return target;
  return target / mlpstorage_file_name(input, arguments.benchmark, target);
}

void check(const Arguments& arguments) {
  if (arguments.format == "perfetto" && !arguments.fields.empty())
    throw base::UsageError("--field does not go together with -f perfetto, which has quantities");
  if (arguments.format != "mlpstorage" && !arguments.given_hosts.empty())
    throw base::UsageError("--hosts goes only together with -f mlpstorage; --host chooses hosts");
}

base::ExitStatus run(const Arguments& arguments) {
  check(arguments);
  const std::filesystem::path file = arguments.file;
  if (!arguments.unlimited) go_on_under_limits({&file, 1});
  const RunInput input(file);
  const SampleFilter filter = filter_of(input, arguments);
  const std::filesystem::path target = target_of(input, arguments);
  spare_runs(file, target);
  Output output(target.string());
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
  else if (arguments.format == "mlpstorage")
    export_mlpstorage(input, filter, arguments.given_hosts, output, progress);
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
      "Turn a run's file, or a part of it, into JSON, CSV, MLPerf Storage's file, OpenMetrics or a "
      "trace for Perfetto");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("FILE", arguments->file, "HDF5 file of a run")->required();
  command
      ->add_option("-f,--format", arguments->format,
                   "json: the reference collector's TimeSeriesData; csv: one wide table; "
                   "mlpstorage: MLPerf Storage's file; openmetrics; perfetto")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"json", "csv", "mlpstorage", "openmetrics", "perfetto"}))
      ->capture_default_str();
  add_output_option(*command, arguments->output);
  add_choices(*command, *arguments);
  command
      ->add_option(
          "--hosts", arguments->given_hosts,
          "mlpstorage: hosts as the benchmark was given them, h1:4,h2:4 [default: those of "
          "the file]")
      ->type_name("LIST");
  command
      ->add_option("--benchmark", arguments->benchmark,
                   "mlpstorage: beginning of the file's name if OUTPUT is a folder")
      ->check(is_workload)
      ->capture_default_str();
  add_unlimited_option(*command, arguments->unlimited);
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace tscollect::tool
