#include "options/collect_options.hpp"

#include "base/exit_status.hpp"
#include "options/help_format.hpp"
#include "options/journal_options.hpp"
#include "options/option_checks.hpp"
#include "options/option_declarer.hpp"
#include "options/option_words.hpp"
#include "sampling/source_probe.hpp"

#include <tscollect/version.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tscollect::options {

namespace {

constexpr double least_memory_mib = 1;
constexpr double most_memory_mib = 1 << 20;
constexpr double bytes_per_mib = 1 << 20;

/// Values set by CLI11, before units and lists are converted.
struct RawOptions {
  double interval = 10;
  double duration = 0;
  double timeout = 20;
  double max_memory_mib = 256;
  RawJournalOptions journal;
  std::string sources;
  std::vector<std::string> labels;
  std::string pose_hosts;
  bool quiet = false;
  bool verbose = false;
  std::string slow_sources;
  bool list_sources = false;
  std::string config;  ///< read before the rest: see option_words
  bool no_site_config = false;
};

void add_what(OptionDeclarer& declare, CollectOptions& options, RawOptions& words) {
  declare.begin_group("What to sample");
  declare
      .option("-i,--interval", words.interval, "SECONDS",
              "Seconds between samples, fractional, from 0.001")
      ->capture_default_str()
      ->check(seconds_between(0.001, 86400));
  declare
      .option("-m,--max-samples", options.max_samples, "N",
              "Samples kept per host; further ones are dropped and counted; 0: no limit")
      ->capture_default_str();
  declare
      .option("--max-memory", words.max_memory_mib, "MIB",
              "MiB that a host's samples may take in memory, some 10,000 samples each; further "
              "ones are dropped and counted")
      ->capture_default_str()
      ->check(CLI::Range(least_memory_mib, most_memory_mib));
  declare
      .option("-d,--duration", words.duration, "SECONDS",
              "Seconds after which to stop; default: until stopped")
      ->check(seconds_between(0.001, 1e9));
  declare
      .option("--sources", words.sources, "LIST",
              "What to sample: names of --list-sources separated by commas, '-name' to remove one, "
              "or the sets 'default' (diskstats, vmstat, loadavg, meminfo, netdev, cpu, pressure), "
              "'reference' (the first five) and 'all'; a source that was not named is left out on "
              "hosts that lack it; default: default")
      ->check(checked(error_in_sources));
  declare
      .option(
          "--slow-sources", words.slow_sources, "LIST",
          "Sources that are read beside the others, on threads of their own, so that a slow one "
          "costs its own values only, besides those that always are (rdma, nfs, power, gpu, "
          "lustre); default: no more")
      ->check(checked(error_in_sources));
  declare.option("--procfs", options.sample.procfs, "DIR", "Root of the proc file system")
      ->capture_default_str();
  declare.option("--sysfs", options.sample.sysfs, "DIR", "Root of the sys file system")
      ->capture_default_str();
  declare
      .option("--include-devices", options.sample.include_devices, "REGEX",
              "Only block devices and interfaces whose name matches this regular expression (RE2); "
              "default: all")
      ->check(checked(error_in_expression));
  declare
      .option("--exclude-devices", options.sample.exclude_devices, "REGEX",
              "No block devices and interfaces whose name matches this regular expression (RE2); "
              "default: none left out")
      ->check(checked(error_in_expression));
  declare.flag_without_variable(
      "--list-sources", words.list_sources,
      "List the sources and whether they can be sampled on this node, and exit");
}

void add_where(OptionDeclarer& declare, CollectOptions& options, RawOptions& words) {
  declare.begin_group("Where to write");
  declare.option("-o,--output", options.output, "FILE",
                 "HDF5 file to write, a JSON sidecar beside it; %j job id, %a array task, %t time, "
                 "and more "
                 "in the manual; default: timeseries_<UTC time>[_<job id>].h5");
  declare.flag("--force", options.force, "Replace an existing output file or sidecar");
  declare
      .option("--label", words.labels, "KEY=VALUE", "Stored in the file's attributes; repeatable")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->check(checked(error_in_label));
  declare.flag("--private", options.is_private,
               "Leave addresses, boot ids, paths, command lines and names of jobs out of file and "
               "sidecar");
  declare.option(
      "--ready-file", options.ready_file, "FILE",
      "Written when every host has its first sample, removed at the start; default: none");
  declare.option("--status-file", options.status_file, "FILE",
                 "JSON file in which rank 0 keeps the state of the run for scripts: whether every "
                 "host samples, what was written, how to recover; default: none");
  declare.option("--marks-file", options.marks_file, "FILE",
                 "File to which tscollect mark appends; rank 0 creates it, and removes it when its "
                 "phases are in the output; with --recover: where it is; default: hidden beside "
                 "the output, .run.h5.marks for run.h5");
  declare
      .option("--hosts", options.hosts, "LIST",
              "Expected hosts, without which the file is incomplete: 'node[01-04],login1', or "
              "'started' for those on which ranks run; default: the job's nodes as Slurm, PBS or "
              "LSF name them, else those started")
      ->check(checked(error_in_host_list));
}

void add_when(OptionDeclarer& declare, CollectOptions& options, RawOptions& words) {
  declare.begin_group("When to stop");
  declare.option("--stop-file", options.stop_file, "FILE",
                 "Stop when this file appears, looked for by rank 0 once a second; it must not be "
                 "there at the start; default: none");
  declare
      .option("--watch-pid", options.watch_pid, "PID",
              "Stop when this process on rank 0's node has ended; default: none")
      ->check(CLI::PositiveNumber);
  declare
      .option("--timeout", words.timeout, "SECONDS",
              "Seconds to wait for each host, at the start and at the stop")
      ->capture_default_str()
      ->check(seconds_between(0.1, 86400));
}

void add_how(OptionDeclarer& declare, CollectOptions& options) {
  declare.begin_group("How to run");
  declare.flag("--realtime", options.realtime,
               "Sample with SCHED_FIFO priority if permitted; a message says so if not");
  declare
      .option("--cpu", options.cpu, "N",
              "Sample on this core of every node, numbered from 0; default: the cores that the "
              "launcher has assigned")
      ->check(CLI::NonNegativeNumber);
}

void add_rest(OptionDeclarer& declare, RawOptions& words, std::string_view program) {
  declare.begin_group("The rest");
  declare
      .option("--config", words.config, "FILE",
              "Read options from a file of lines 'long-name=value'; default: none")
      ->check(checked(error_in_config));
  declare.flag_without_variable(
      "--no-site-config", words.no_site_config,
      "Do not read the option files /etc/tscollect.conf and ~/.config/tscollect.conf");
  auto* quiet = declare.flag("-q,--quiet", words.quiet, "Print only warnings and errors");
  declare.flag("-v,--verbose", words.verbose, "Print more: one line per host")->excludes(quiet);
  declare.help_and_version(fmt::format("{} {}", program, version));
  declare.begin_group("For tests and other programs");
  declare.option(
      "--pose-hosts", words.pose_hosts, "LIST",
      "For tests: each rank of one machine acts as a host of its own, named NAME[=PROCFS] in the "
      "order of ranks, or 'auto'; default: one rank per node samples");
}

std::chrono::nanoseconds to_nanoseconds(double seconds) {
  return std::chrono::nanoseconds(std::llround(seconds * 1e9));
}

std::vector<FakeHost> parse_fake_hosts(const std::string& list) {
  std::vector<FakeHost> hosts;
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t comma = std::min(list.find(',', at), list.size());
    const std::string word = list.substr(at, comma - at);
    const std::size_t equals = word.find('=');
    FakeHost host{word.substr(0, equals), {}};
    if (equals != std::string::npos) host.procfs = word.substr(equals + 1);
    hosts.push_back(std::move(host));
    at = comma + 1;
  }
  return hosts;
}

void resolve(const RawOptions& words, CollectOptions& options) {
  options.interval = to_nanoseconds(words.interval);
  options.timeout = to_nanoseconds(words.timeout);
  options.max_memory_bytes = static_cast<std::uint64_t>(words.max_memory_mib * bytes_per_mib);
  if (words.duration > 0) options.duration = to_nanoseconds(words.duration);
  if (!words.sources.empty()) {
    SourceSelection selection = select_sources(words.sources).value();
    options.sample.sources = std::move(selection.names);
    options.sample.sources_if_present = std::move(selection.if_present);
  }
  if (!words.slow_sources.empty())
    options.sample.slow_sources = select_sources(words.slow_sources).value().names;
  for (const std::string& label : words.labels) {
    const std::size_t equals = label.find('=');
    options.labels[label.substr(0, equals)] = label.substr(equals + 1);
  }
  resolve(words.journal, options.journal);
  resolve(words.journal, options.recover);
  options.fake_hosts = parse_fake_hosts(words.pose_hosts);
  options.verbosity = words.quiet ? -1 : words.verbose ? 1 : 0;
}

}  // namespace

struct CollectOptionSet::Values {
  CollectOptions options;
  RawOptions words;
};

CollectOptionSet::CollectOptionSet(CLI::App& app, std::string_view program)
    : values_(std::make_unique<Values>()) {
  OptionDeclarer declare(app, "TSCOLLECT_");
  declare.last_one_counts();
  add_what(declare, values_->options, values_->words);
  add_where(declare, values_->options, values_->words);
  add_when(declare, values_->options, values_->words);
  add_journal_options(declare, values_->options, values_->words.journal);
  add_how(declare, values_->options);
  add_rest(declare, values_->words, program);
  declare.begin_group("Options");
  app.formatter(std::make_shared<HelpFormat>());
}

CollectOptionSet::~CollectOptionSet() = default;

bool CollectOptionSet::lists_sources() const { return values_->words.list_sources; }

CollectOptions CollectOptionSet::resolved() const {
  CollectOptions options = values_->options;
  resolve(values_->words, options);
  return options;
}

ParsedOptions parse_collect_options(int argc, const char* const* argv, bool prints) {
  CLI::App app(
      "Samples every node of a job on the same ticks, beside a benchmark, and writes\n"
      "one file. Stop it with SIGUSR1: mpirun and srun pass it on to every rank.",
      "tscollect-mpi");
  const CollectOptionSet set(app, "tscollect-mpi");
  app.footer(
      "Each option can also be set by the variable in brackets, and in files of lines\n"
      "'long-name=value'. In order of precedence, lowest first: /etc/tscollect.conf,\n"
      "~/.config/tscollect.conf, --config, environment, command line.\n\n"
      "Exit status: 0 complete, 2 usage, 3 output not written, 4 incomplete,\n"
      "5 nothing collected, 70 internal error.");
  if (const auto end = parse_raw_options(app, argc, argv, prints))
    return {std::nullopt, base::to_int(*end)};
  if (set.lists_sources()) {
    const CollectOptions asked = set.resolved();
    if (prints) fmt::print("{}", sampling::list_sources({asked.sample.procfs, asked.sample.sysfs}));
    return {std::nullopt, base::to_int(base::ExitStatus::complete)};
  }
  CollectOptions options = set.resolved();
  for (int i = 0; i < argc; ++i) options.command_line += (i == 0 ? "" : " ") + std::string(argv[i]);
  return {std::move(options), base::to_int(base::ExitStatus::complete)};
}

}  // namespace tscollect::options
