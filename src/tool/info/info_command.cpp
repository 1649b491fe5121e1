#include "tool/commands.hpp"
#include "tool/guard.hpp"
#include "tool/info/info.hpp"
#include "tool/output.hpp"
#include "base/progress.hpp"
#include "tool/run_input.hpp"
#include "base/checked_math.hpp"
#include "base/format.hpp"
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

namespace tscollect::app {

namespace {

constexpr std::size_t most_hosts_shown = 20;
constexpr int two_spaces = 2;
constexpr int on_one_line = -1;

struct Arguments {
  std::vector<std::string> files;
  bool json = false;
  bool all = false;
  bool unlimited = false;
};

/// The larger, the more there is to look at: first what is missing, then how much was lost.
std::pair<int, std::int64_t> badness(const record::HostOutcome& host) {
  using enum record::HostState;
  const record::HostSummary& summary = host.summary;
  const std::int64_t lost =
      summary.missed_ticks + summary.dropped_samples + summary.error_count + summary.reset_count;
  switch (host.state) {
    case missing: return {3, lost};
    case partial: return {2, lost};
    case recovered: return {1, lost};
    case complete: break;
  }
  return {0, lost};
}

/// From the first sample of any host to the last one, over those that can be read.
std::optional<TimeSpan> span_of_run(const RunInput& input) {
  std::optional<TimeSpan> span;
  for (const std::string& name : input.collected()) {
    try {
      if (const auto ends = input.read_ends(name))
        extend(span, span_of(*ends, input.run().collection_interval_seconds));
    } catch (const UsageError&) {
      continue;  // its digest says what is wrong
    }
  }
  return span;
}

/// What the run's attributes and its host table say.
RunReport read_head(const RunInput& input, const std::string& file) {
  RunReport report;
  report.file = file;
  report.run = input.run();
  for (const record::HostOutcome& outcome : input.hosts()) {
    if (outcome.state == record::HostState::partial)
      report.hosts_partial.push_back(outcome.summary.name);
    if (outcome.state == record::HostState::missing)
      report.hosts_missing.push_back(outcome.summary.name);
    report.missed_ticks = saturating_sum(report.missed_ticks, outcome.summary.missed_ticks);
    report.errors = saturating_sum(report.errors, outcome.summary.error_count);
  }
  report.span = span_of_run(input);
  return report;
}

void complain(std::string_view what) { record::tell("tscollect: {}\n", printable(what)); }

/// Those to be shown, in that order.
std::vector<record::HostOutcome> hosts_to_show(const RunInput& input, bool every_host) {
  std::vector<record::HostOutcome> outcomes = input.hosts();
  if (every_host || outcomes.size() <= most_hosts_shown) return outcomes;
  std::ranges::stable_sort(outcomes, std::ranges::greater{}, badness);
  outcomes.resize(most_hosts_shown);
  return outcomes;
}

/// Reads host after host, and hands each on.
ExitStatus write_report(const std::string& file, bool every_host, ReportWriter& writer) {
  const RunInput input(file);
  RunReport report = read_head(input, file);
  std::vector<record::HostOutcome> outcomes = hosts_to_show(input, every_host);
  report.hosts_left_out = input.hosts().size() - outcomes.size();
  writer.begin(report);
  auto status = ExitStatus::complete;
  Progress progress("reading", outcomes.size(), "hosts");
  std::size_t done = 0;
  std::vector<std::string> complaints;
  for (record::HostOutcome& outcome : outcomes) {
    progress.show(done++);
    HostReport host{std::move(outcome), {}, {}};
    if (host.outcome.state != record::HostState::missing) {
      try {
        host.digest = input.digest(host.outcome.summary.name);
      } catch (const UsageError& error) {  // the others may be whole
        host.unreadable = error.what();
        complaints.push_back(host.unreadable);
        status = ExitStatus::incomplete;
      }
    }
    writer.add(host);
  }
  writer.end();
  for (const std::string& complaint : complaints) complain(complaint);
  return status;
}

/// One file: all about it.
ExitStatus show_run(const Arguments& arguments) {
  Output output;
  const auto sink = [&output](std::string_view text) { output.write(text); };
  const auto writer = arguments.json ? json_report(sink, two_spaces) : text_report(sink);
  const ExitStatus status =
      write_report(arguments.files.front(), arguments.all || arguments.json, *writer);
  output.finish();
  return status;
}

/// Several: a line about each. One that cannot be read does not hide the others.
ExitStatus show_runs(const Arguments& arguments) {
  auto status = ExitStatus::complete;
  Output output;
  const auto sink = [&output](std::string_view text) { output.write(text); };
  std::vector<RunReport> heads;
  for (const std::string& file : arguments.files) {
    try {
      if (!arguments.json) {
        heads.push_back(read_head(RunInput(file), file));
        continue;
      }
      const ExitStatus of_hosts = write_report(file, true, *json_report(sink, on_one_line));
      if (status == ExitStatus::complete) status = of_hosts;
    } catch (const UsageError& error) {
      complain(error.what());
      status = ExitStatus::usage;
    }
  }
  if (!heads.empty()) output.write(runs_text(heads));
  output.finish();
  return status;
}

ExitStatus run(const Arguments& arguments) {
  const std::vector<std::filesystem::path> files(arguments.files.begin(), arguments.files.end());
  if (!arguments.unlimited) go_on_under_limits(files);
  return arguments.files.size() == 1 ? show_run(arguments) : show_runs(arguments);
}

}  // namespace

void add_info_command(CLI::App& program, ExitStatus& status) {
  CLI::App* command = program.add_subcommand(
      "info", "Say what is in a run's file: whether it is complete, and what the hosts did");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("FILE", arguments->files, "HDF5 files of runs; of several, a line about each")
      ->required();
  command->add_flag("--json", arguments->json,
                    "As JSON, with every host; of several files, a line each [default: as text]");
  command->add_flag(
      "--all", arguments->all,
      fmt::format("Every host [default: the {} with most trouble]", most_hosts_shown));
  add_unlimited_option(*command, arguments->unlimited);
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace tscollect::app
