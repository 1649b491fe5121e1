#include "tool/commands.hpp"
#include "tool/output.hpp"
#include "sampling/source_probe.hpp"
#include "base/text/format.hpp"
#include "base/log.hpp"

#include <tscollect/json.hpp>
#include <tscollect/sample.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>

namespace tscollect::tool {

namespace {

struct Arguments {
  SampleOptions sample;
  std::string sources = "default";
  int indent = 2;
  bool lists_sources = false;
};

base::ExitStatus status_of(const TimeSeriesSample& sample) {
  if (sample.errors)
    for (const auto& [source, message] : *sample.errors)
      base::log("tscollect: {}: {}\n", source, base::displayed(message));
  if (sample.sources.empty()) return base::ExitStatus::nothing;
  return sample.errors && !sample.errors->empty() ? base::ExitStatus::incomplete
                                                  : base::ExitStatus::complete;
}

base::ExitStatus print_text(const std::string& text) {
  Output output;
  output.write(text);
  output.finish();
  return base::ExitStatus::complete;
}

base::ExitStatus run(const Arguments& arguments) {
  SampleOptions options = arguments.sample;
  if (arguments.lists_sources)
    return print_text(sampling::list_sources({options.procfs, options.sysfs}));
  Result<SourceSelection> selection = select_sources(arguments.sources);
  if (!selection) throw base::UsageError("--sources: " + selection.error().message);
  options.sources = std::move(selection->names);
  options.sources_if_present = std::move(selection->if_present);
  TimeSeriesSample sample;
  try {
    sample = collect_timeseries_sample(options);
  } catch (const std::invalid_argument& error) {  // a malformed expression
    throw base::UsageError(error.what());
  }
  static_cast<void>(print_text(tscollect::to_json(sample, arguments.indent) + '\n'));
  return status_of(sample);
}

}  // namespace

void add_sample_command(CLI::App& program, base::ExitStatus& status) {
  CLI::App* command =
      program.add_subcommand("sample",
                             "Print one sample of this host as JSON, in the shape of "
                             "the reference collector's TimeSeriesSample");
  const auto arguments = std::make_shared<Arguments>();
  SampleOptions& sample = arguments->sample;
  command->add_option("--procfs", sample.procfs, "Root of procfs")
      ->type_name("DIR")
      ->capture_default_str();
  command->add_option("--sysfs", sample.sysfs, "Root of sysfs")
      ->type_name("DIR")
      ->capture_default_str();
  command
      ->add_option("--sources", arguments->sources,
                   "Names separated by commas; 'default', 'reference', 'all'; '-name' removes one")
      ->type_name("LIST")
      ->capture_default_str();
  command
      ->add_option("--include-devices", sample.include_devices,
                   "Only block devices and interfaces that this regular expression finds "
                   "[default: all]")
      ->type_name("RE");
  command
      ->add_option("--exclude-devices", sample.exclude_devices,
                   "No block devices and interfaces that this regular expression finds "
                   "[default: none left out]")
      ->type_name("RE");
  command->add_option("--indent", arguments->indent, "Spaces per level; -1: all on one line")
      ->type_name("N")
      ->check(CLI::Range(-1, 16).description(""))
      ->capture_default_str();
  command->add_flag("--list-sources", arguments->lists_sources,
                    "List what can be sampled on this host, and why not, and leave");
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace tscollect::tool
