#include "tool/commands.hpp"
#include "tool/export/export.hpp"
#include "tool/guard.hpp"
#include "tool/spare_runs.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace tscollect::app {

namespace {

struct Arguments {
  std::string file;
  std::string format = "json";
  std::string output = "-";
  bool unlimited = false;
};

ExitStatus run(const Arguments& arguments) {
  spare_runs(arguments.file, arguments.output);
  const std::filesystem::path file = arguments.file;
  if (!arguments.unlimited) go_on_under_limits({&file, 1});
  const RunInput input(file);
  Output output(arguments.output);
  const bool shares_screen = arguments.output == "-" && Progress::output_is_terminal();
  Progress progress("exporting",
                    static_cast<std::size_t>(std::max<std::int64_t>(input.run().num_samples, 0)),
                    "samples", !shares_screen);
  if (arguments.format == "json")
    export_json(input, output, progress);
  else
    export_csv(input, output, progress);
  output.finish();
  return ExitStatus::complete;
}

}  // namespace

void add_export_command(CLI::App& program, ExitStatus& status) {
  CLI::App* command = program.add_subcommand(
      "export", "Turn a run's file into JSON (the reference collector's TimeSeriesData) or CSV");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("FILE", arguments->file, "HDF5 file of a run")->required();
  command->add_option("-f,--format", arguments->format, "json, or csv: one wide table")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"json", "csv"}))
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
