#include "tool/commands.hpp"
#include "tool/guard.hpp"
#include "tool/info/info.hpp"
#include "tool/output.hpp"
#include "base/progress.hpp"
#include "tool/run_input.hpp"
#include "base/format.hpp"
#include "base/log.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

namespace tscollect::app {

namespace {

constexpr std::size_t most_hosts_shown = 20;

struct Arguments {
  std::string file;
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

RunReport read_report(const Arguments& arguments) {
  const RunInput input(arguments.file);
  RunReport report{arguments.file, input.run(), {}, {}, {}, 0};
  std::vector<record::HostOutcome> outcomes = input.hosts();
  for (const record::HostOutcome& outcome : outcomes) {
    if (outcome.state == record::HostState::partial)
      report.hosts_partial.push_back(outcome.summary.name);
    if (outcome.state == record::HostState::missing)
      report.hosts_missing.push_back(outcome.summary.name);
  }
  if (!arguments.all && !arguments.json && outcomes.size() > most_hosts_shown) {
    std::ranges::stable_sort(outcomes, std::ranges::greater{}, badness);
    report.hosts_left_out = outcomes.size() - most_hosts_shown;
    outcomes.resize(most_hosts_shown);
  }
  Progress progress("reading", outcomes.size(), "hosts");
  for (record::HostOutcome& outcome : outcomes) {
    progress.show(report.hosts.size());
    HostReport host{std::move(outcome), {}, {}};
    if (host.outcome.state != record::HostState::missing) {
      try {
        host.digest = input.digest(host.outcome.summary.name);
      } catch (const UsageError& error) {  // the others may be whole
        host.unreadable = error.what();
      }
    }
    report.hosts.push_back(std::move(host));
  }
  return report;
}

ExitStatus run(const Arguments& arguments) {
  const std::filesystem::path file = arguments.file;
  if (!arguments.unlimited) go_on_under_limits({&file, 1});
  const RunReport report = read_report(arguments);
  Output output;
  output.write(arguments.json ? report_json(report) : report_text(report));
  output.finish();
  auto status = ExitStatus::complete;
  for (const HostReport& host : report.hosts) {
    if (host.unreadable.empty()) continue;
    record::tell("tscollect: {}\n", printable(host.unreadable));
    status = ExitStatus::incomplete;
  }
  return status;
}

}  // namespace

void add_info_command(CLI::App& program, ExitStatus& status) {
  CLI::App* command = program.add_subcommand(
      "info", "Say what is in a run's file: whether it is complete, and what the hosts did");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("FILE", arguments->file, "HDF5 file of a run")->required();
  command->add_flag("--json", arguments->json, "As JSON, with every host [default: as text]");
  command->add_flag(
      "--all", arguments->all,
      fmt::format("Every host [default: the {} with most trouble]", most_hosts_shown));
  add_unlimited_option(*command, arguments->unlimited);
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace tscollect::app
