#include "tool/commands.hpp"
#include "tool/common_options.hpp"
#include "tool/guard.hpp"
#include "tool/info/info.hpp"
#include "tool/output.hpp"
#include "base/progress.hpp"
#include "tool/natural_order.hpp"
#include "tool/run_input.hpp"
#include "tool/run_phases.hpp"
#include "base/checked_math.hpp"
#include "base/text/format.hpp"
#include "base/log.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tscollect::tool {

namespace {

constexpr std::size_t most_hosts_shown = 20;
constexpr int two_spaces = 2;
constexpr int on_one_line = -1;

struct Arguments {
  std::vector<std::string> files;
  std::string phases_file;
  bool json = false;
  bool all = false;
  bool unlimited = false;
};

/// From the first sample to the last one of all readable hosts.
std::optional<analysis::TimeSpan> span_of_run(const RunInput& input) {
  std::optional<analysis::TimeSpan> span;
  for (const std::string& name : input.collected()) {
    try {
      if (const auto ends = input.read_ends(name))
        analysis::extend(span, analysis::span_of(*ends, input.run().collection_interval_seconds));
    } catch (const base::UsageError&) {
      continue;  // reported in its digest
    }
  }
  return span;
}

/// Reads the run's attributes and its host table.
RunReport read_head(const RunInput& input, const std::string& file) {
  RunReport report;
  report.file = file;
  report.run = input.run();
  for (const block::HostOutcome& outcome : input.hosts()) {
    if (outcome.state == block::HostState::partial)
      report.hosts_partial.push_back(outcome.summary.name);
    if (outcome.state == block::HostState::missing)
      report.hosts_missing.push_back(outcome.summary.name);
    report.missed_ticks = base::saturating_sum(report.missed_ticks, outcome.summary.missed_ticks);
    report.errors = base::saturating_sum(report.errors, outcome.summary.error_count);
  }
  report.span = span_of_run(input);
  return report;
}

void complain(std::string_view what) { base::log("tscollect: {}\n", base::displayed(what)); }

/// For text the devices of all hosts are kept; for JSON they are read host by host.
void add_summary(RunReport& report, const RunInput& input, const Arguments& arguments) {
  const analysis::RunPhases phases = read_phases(input, arguments.phases_file);
  base::Progress progress("reading", input.collected().size(), "hosts");
  report.summary = readable([&] {
    return analysis::summarize(input.reader(), phases, !arguments.json,
                               [&](std::size_t hosts) { progress.show(hosts); });
  });
}

/// Hosts with most problems first, then by name, with node2 before node10.
std::vector<block::HostOutcome> by_trouble(std::vector<block::HostOutcome> hosts) {
  std::ranges::sort(hosts, [](const block::HostOutcome& one, const block::HostOutcome& other) {
    const Trouble first = trouble_of(one);
    const Trouble second = trouble_of(other);
    if (first != second) return first > second;
    return comes_before(one.summary.name, other.summary.name);
  });
  return hosts;
}

/// The hosts to show, in that order: every host, or those with problems.
std::vector<block::HostOutcome> hosts_to_show(const RunInput& input, bool every_host,
                                              RunReport& report) {
  std::vector<block::HostOutcome> outcomes = by_trouble(input.hosts());
  if (every_host) return outcomes;
  const auto& unreadable = report.summary.unreadable;
  std::erase_if(outcomes, [&unreadable](const block::HostOutcome& host) {
    return trouble_of(host) == Trouble{} &&
           std::ranges::find(unreadable, host.summary.name) == unreadable.end();
  });
  if (outcomes.size() <= most_hosts_shown) return outcomes;
  report.hosts_left_out = outcomes.size() - most_hosts_shown;
  outcomes.resize(most_hosts_shown);
  return outcomes;
}

void read_host(const RunInput& input, const Arguments& arguments, HostReport& host) {
  const std::string& name = host.outcome.summary.name;
  if (host.outcome.state == block::HostState::missing) return;
  try {
    host.digest = arguments.all || arguments.json ? input.digest(name) : input.events(name);
    if (arguments.json) host.activity = analysis::read_activity(input.reader(), name);
  } catch (const base::UsageError& error) {  // the other files may be good
    host.unreadable = error.what();
  } catch (const analysis::UnreadableHost& error) {
    host.unreadable = error.what();
    host.digest.reset();
  }
}

/// Reads the hosts one after another and passes each on.
base::ExitStatus write_report(const std::string& file, const Arguments& arguments,
                              ReportWriter& writer) {
  const RunInput input(file);
  RunReport report = read_head(input, file);
  report.everything = arguments.all;
  report.hosts_of_run = input.hosts().size();
  add_summary(report, input, arguments);
  std::vector<block::HostOutcome> outcomes =
      hosts_to_show(input, arguments.all || arguments.json, report);
  writer.begin(report);
  base::Progress progress("reading", outcomes.size(), "hosts");
  std::size_t done = 0;
  std::vector<std::string> complaints;
  for (block::HostOutcome& outcome : outcomes) {
    progress.show(done++);
    HostReport host{std::move(outcome), {}, {}, {}};
    read_host(input, arguments, host);
    if (!host.unreadable.empty()) complaints.push_back(host.unreadable);
    writer.add(host);
  }
  writer.end();
  for (const std::string& complaint : complaints) complain(complaint);
  return complaints.empty() ? base::ExitStatus::complete : base::ExitStatus::incomplete;
}

/// One file: the full report.
base::ExitStatus show_run(const Arguments& arguments) {
  Output output;
  const auto sink = [&output](std::string_view text) { output.write(text); };
  const auto writer = arguments.json ? json_report(sink, two_spaces) : text_report(sink);
  const base::ExitStatus status = write_report(arguments.files.front(), arguments, *writer);
  output.finish();
  return status;
}

/// Several files: a line for each. A file that cannot be read does not prevent the others.
base::ExitStatus show_runs(const Arguments& arguments) {
  auto status = base::ExitStatus::complete;
  Output output;
  const auto sink = [&output](std::string_view text) { output.write(text); };
  std::vector<RunReport> heads;
  for (const std::string& file : arguments.files) {
    try {
      if (!arguments.json) {
        const RunInput input(file);
        RunReport head = read_head(input, file);
        add_summary(head, input, arguments);
        heads.push_back(std::move(head));
        continue;
      }
      const base::ExitStatus of_hosts =
          write_report(file, arguments, *json_report(sink, on_one_line));
      if (status == base::ExitStatus::complete) status = of_hosts;
    } catch (const base::UsageError& error) {
      complain(error.what());
      status = base::ExitStatus::usage;
    }
  }
  if (!heads.empty()) output.write(runs_text(heads));
  output.finish();
  return status;
}

base::ExitStatus run(const Arguments& arguments) {
  const std::vector<std::filesystem::path> files(arguments.files.begin(), arguments.files.end());
  if (!arguments.unlimited) go_on_under_limits(files);
  return arguments.files.size() == 1 ? show_run(arguments) : show_runs(arguments);
}

}  // namespace

void add_info_command(CLI::App& program, base::ExitStatus& status) {
  CLI::App* command = program.add_subcommand(
      "info", "Show what is in a run's file: whether it is complete, and what the hosts did");
  const auto arguments = std::make_shared<Arguments>();
  command
      ->add_option("FILE", arguments->files,
                   "HDF5 files of runs; for several files, a line about each")
      ->required();
  command->add_flag("--json", arguments->json,
                    "As JSON, with every host; of several files, a line each [default: as text]");
  command->add_flag("--all", arguments->all,
                    "Every host, every kind of device, clocks, and all counters that moved "
                    "[default: what hosts did together, and hosts with trouble]");
  add_phases_file_option(*command, arguments->phases_file);
  add_unlimited_option(*command, arguments->unlimited);
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace tscollect::tool
