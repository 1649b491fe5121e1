#include "options/collect_options.hpp"

#include "base/exit_status.hpp"
#include "options/help_format.hpp"
#include "options/journal_options.hpp"
#include "options/option_checks.hpp"
#include "options/option_words.hpp"
#include "sampling/source_probe.hpp"

#include <tscollect/version.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tscollect::app {

namespace {

constexpr double least_memory_mib = 1;
constexpr double most_memory_mib = 1 << 20;
constexpr double bytes_per_mib = 1 << 20;

/// What CLI11 fills in, before units and lists are resolved.
struct Words {
  double interval = 10;
  double duration = 0;
  double timeout = 20;
  double max_memory_mib = 256;
  JournalWords journal;
  std::string sources;
  std::vector<std::string> labels;
  std::string pose_hosts;
  bool quiet = false;
  bool verbose = false;
  bool list_sources = false;
  std::string config;  ///< read before the rest: see option_words
  bool no_site_config = false;
};

void add_what(CLI::App& app, CollectOptions& options, Words& words) {
  app.option_defaults()->group("What to sample");
  app.add_option("-i,--interval", words.interval, "Seconds between samples, fractional, from 0.001")
      ->type_name("SECONDS")
      ->capture_default_str()
      ->envname("TSCOLLECT_INTERVAL")
      ->check(seconds_between(0.001, 86400));
  app.add_option("-m,--max-samples", options.max_samples,
                 "Samples kept per host; further ones are dropped and counted; 0: no limit")
      ->type_name("N")
      ->capture_default_str()
      ->envname("TSCOLLECT_MAX_SAMPLES");
  app.add_option("--max-memory", words.max_memory_mib,
                 "MiB that a host's samples may take in memory, some 10,000 samples each; further "
                 "ones are dropped and counted")
      ->type_name("MIB")
      ->capture_default_str()
      ->envname("TSCOLLECT_MAX_MEMORY")
      ->check(CLI::Range(least_memory_mib, most_memory_mib));
  app.add_option("-d,--duration", words.duration,
                 "Seconds after which to stop; default: until stopped")
      ->type_name("SECONDS")
      ->envname("TSCOLLECT_DURATION")
      ->check(seconds_between(0.001, 1e9));
  app.add_option(
         "--sources", words.sources,
         "What to sample: names of --list-sources separated by commas, '-name' to "
         "remove one, or the sets 'default' (diskstats, vmstat, loadavg, meminfo, netdev, cpu, "
         "pressure), 'reference' (the first five) and 'all'; what was not named and is not on "
         "a host is left out there; default: default")
      ->type_name("LIST")
      ->envname("TSCOLLECT_SOURCES")
      ->check(checked(fault_of_sources));
  app.add_option("--procfs", options.sample.procfs, "Root of the proc file system")
      ->type_name("DIR")
      ->capture_default_str()
      ->envname("TSCOLLECT_PROCFS");
  app.add_option("--sysfs", options.sample.sysfs, "Root of the sys file system")
      ->type_name("DIR")
      ->capture_default_str()
      ->envname("TSCOLLECT_SYSFS");
  app.add_option("--include-devices", options.sample.include_devices,
                 "Only block devices and interfaces in whose name this expression is found; "
                 "default: all")
      ->type_name("REGEX")
      ->envname("TSCOLLECT_INCLUDE_DEVICES")
      ->check(checked(fault_of_expression));
  app.add_option("--exclude-devices", options.sample.exclude_devices,
                 "Without those in whose name this expression is found; default: none left out")
      ->type_name("REGEX")
      ->envname("TSCOLLECT_EXCLUDE_DEVICES")
      ->check(checked(fault_of_expression));
  app.add_flag("--list-sources", words.list_sources,
               "List what can be sampled on this node, and why not, and leave");
}

void add_where(CLI::App& app, CollectOptions& options, Words& words) {
  app.option_defaults()->group("Where to write");
  app.add_option("-o,--output", options.output,
                 "HDF5 file to write, a JSON sidecar beside it; %j job id, %a array task, %t time, "
                 "and more "
                 "in the manual; default: timeseries_<UTC time>[_<job id>].h5")
      ->type_name("FILE")
      ->envname("TSCOLLECT_OUTPUT");
  app.add_flag("--force", options.force, "Replace an existing output file or sidecar")
      ->envname("TSCOLLECT_FORCE");
  app.add_option("--label", words.labels, "Goes into the file's attributes; repeatable")
      ->type_name("KEY=VALUE")
      ->envname("TSCOLLECT_LABEL")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->check(checked(fault_of_label));
  app.add_option(
         "--ready-file", options.ready_file,
         "Written when every host has its first sample, removed at the start; default: none")
      ->type_name("FILE")
      ->envname("TSCOLLECT_READY_FILE");
  app.add_option(
         "--status-file", options.status_file,
         "JSON file in which rank 0 keeps what a script may want to know: whether every host "
         "samples, what was written, how to recover; default: none")
      ->type_name("FILE")
      ->envname("TSCOLLECT_STATUS_FILE");
  app.add_option("--hosts", options.hosts,
                 "Hosts without which the file is incomplete: 'node[01-04],login1', or 'started' "
                 "for those on which ranks run; default: the job's nodes as Slurm, PBS or LSF "
                 "name them, else those started")
      ->type_name("LIST")
      ->envname("TSCOLLECT_HOSTS")
      ->check(checked(fault_of_host_list));
}

void add_when(CLI::App& app, CollectOptions& options, Words& words) {
  app.option_defaults()->group("When to stop");
  app.add_option("--stop-file", options.stop_file,
                 "Stop when this file appears, looked for by rank 0 once a second; it must not be "
                 "there at the start; default: none")
      ->type_name("FILE")
      ->envname("TSCOLLECT_STOP_FILE");
  app.add_option("--watch-pid", options.watch_pid,
                 "Stop when this process on rank 0's node has ended; default: none")
      ->type_name("PID")
      ->envname("TSCOLLECT_WATCH_PID")
      ->check(CLI::PositiveNumber);
  app.add_option("--timeout", words.timeout, "Seconds that the stop may wait for any one host")
      ->type_name("SECONDS")
      ->capture_default_str()
      ->envname("TSCOLLECT_TIMEOUT")
      ->check(seconds_between(0.1, 86400));
}

void add_how(CLI::App& app, CollectOptions& options) {
  app.option_defaults()->group("How to run");
  app.add_flag("--realtime", options.realtime,
               "Sample under SCHED_FIFO where this user may; said where not")
      ->envname("TSCOLLECT_REALTIME");
  app.add_option(
         "--cpu", options.cpu,
         "Sample on this core of every node, numbered from 0; default: where the launcher put us")
      ->type_name("N")
      ->envname("TSCOLLECT_CPU")
      ->check(CLI::NonNegativeNumber);
}

void add_rest(CLI::App& app, CollectOptions& options, Words& words, std::string_view program) {
  app.option_defaults()->group("The rest");
  app.add_option("--config", words.config,
                 "Read options from a file of lines 'long-name=value'; default: none")
      ->type_name("FILE")
      ->envname("TSCOLLECT_CONFIG")
      ->check(checked(fault_of_config));
  app.add_flag("--no-site-config", words.no_site_config,
               "Read neither the site's file of options, /etc/tscollect.conf, nor the user's, "
               "~/.config/tscollect.conf");
  auto* quiet = app.add_flag("-q,--quiet", words.quiet, "Say nothing but warnings and errors")
                    ->envname("TSCOLLECT_QUIET");
  app.add_flag("-v,--verbose", words.verbose, "Say more: one line per host")
      ->envname("TSCOLLECT_VERBOSE")
      ->excludes(quiet);
  app.set_help_flag("-h,--help", "Say what the options are, and leave");
  app.set_version_flag("--version", fmt::format("{} {}", program, version),
                       "Say the version, and leave");
  app.option_defaults()->group("For tests and other programs");
  app.add_option("--command-file", options.command_file,
                 "JSON file that says, when the stop comes, what command was measured: for "
                 "tscollect-run, which writes it; default: none")
      ->type_name("FILE")
      ->envname("TSCOLLECT_COMMAND_FILE");
  app.add_option(
         "--pose-hosts", words.pose_hosts,
         "For tests: each rank of one machine poses as a host of its own, named "
         "NAME[=PROCFS] in the order of ranks, or 'auto'; default: one rank per node samples")
      ->type_name("LIST")
      ->envname("TSCOLLECT_POSE_HOSTS");
}

std::chrono::nanoseconds to_nanoseconds(double seconds) {
  return std::chrono::nanoseconds(std::llround(seconds * 1e9));
}

std::vector<PosedHost> parse_posed_hosts(const std::string& list) {
  std::vector<PosedHost> hosts;
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t comma = std::min(list.find(',', at), list.size());
    const std::string word = list.substr(at, comma - at);
    const std::size_t equals = word.find('=');
    PosedHost host{word.substr(0, equals), {}};
    if (equals != std::string::npos) host.procfs = word.substr(equals + 1);
    hosts.push_back(std::move(host));
    at = comma + 1;
  }
  return hosts;
}

void resolve(const Words& words, CollectOptions& options) {
  options.interval = to_nanoseconds(words.interval);
  options.timeout = to_nanoseconds(words.timeout);
  options.max_memory_bytes = static_cast<std::uint64_t>(words.max_memory_mib * bytes_per_mib);
  if (words.duration > 0) options.duration = to_nanoseconds(words.duration);
  if (!words.sources.empty()) {
    SourceSelection selection = select_sources(words.sources).value();
    options.sample.sources = std::move(selection.names);
    options.sample.sources_if_present = std::move(selection.if_present);
  }
  for (const std::string& label : words.labels) {
    const std::size_t equals = label.find('=');
    options.labels[label.substr(0, equals)] = label.substr(equals + 1);
  }
  resolve(words.journal, options.journal);
  resolve(words.journal, options.recover);
  options.posed_hosts = parse_posed_hosts(words.pose_hosts);
  options.verbosity = words.quiet ? -1 : words.verbose ? 1 : 0;
}

// With what this host says of each: a list made on a login node need not hold on others.
void list_sources(const sources::Roots& roots) {
  const std::vector<std::string> defaults = default_source_names();
  for (const record::SourceProbe& probe : record::probe_sources(roots)) {
    const SourceDescription& source = probe.source->description;
    const auto& root = source.is_in_sysfs ? roots.sysfs : roots.procfs;
    const bool is_default = std::ranges::find(defaults, source.name) != defaults.end();
    fmt::print("{:<10} {:<10} {} ({}){}\n", source.name, record::to_string(probe.availability),
               source.summary, (root / source.path).string(), is_default ? ", by default" : "");
    if (!probe.reason.empty()) fmt::print("{:<10} {}\n", "", probe.reason);
    for (const std::string& file : probe.unsupported) fmt::print("{:<10} without {}\n", "", file);
  }
}

}  // namespace

struct CollectOptionSet::Values {
  CollectOptions options;
  Words words;
};

CollectOptionSet::CollectOptionSet(CLI::App& app, std::string_view program)
    : values_(std::make_unique<Values>()) {
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  add_what(app, values_->options, values_->words);
  add_where(app, values_->options, values_->words);
  add_when(app, values_->options, values_->words);
  add_journal_options(app, values_->options, values_->words.journal);
  add_how(app, values_->options);
  add_rest(app, values_->options, values_->words, program);
  app.option_defaults()->group("Options");
  app.formatter(std::make_shared<HelpFormat>());
}

CollectOptionSet::~CollectOptionSet() = default;

bool CollectOptionSet::lists_sources() const { return values_->words.list_sources; }

CollectOptions CollectOptionSet::resolved() const {
  CollectOptions options = values_->options;
  resolve(values_->words, options);
  return options;
}

ParsedOptions parse_collect_options(int argc, const char* const* argv, bool speaks) {
  CLI::App app(
      "Samples every node of a job on the same ticks, beside a benchmark, and writes\n"
      "one file. Stop it with SIGUSR1: mpirun and srun pass it on to every rank.",
      "tscollect-mpi");
  const CollectOptionSet set(app, "tscollect-mpi");
  app.footer(
      "Each option can also be set by the variable in brackets, and in files of lines\n"
      "'long-name=value'. What is read, the later ones winning: /etc/tscollect.conf,\n"
      "~/.config/tscollect.conf, --config, environment, command line.\n\n"
      "Exit status: 0 complete, 2 usage, 3 output not written, 4 incomplete,\n"
      "5 nothing collected, 70 internal error.");
  if (const auto end = parse_words(app, argc, argv, speaks)) return {std::nullopt, to_int(*end)};
  if (set.lists_sources()) {
    const CollectOptions asked = set.resolved();
    if (speaks) list_sources({asked.sample.procfs, asked.sample.sysfs});
    return {std::nullopt, to_int(ExitStatus::complete)};
  }
  CollectOptions options = set.resolved();
  for (int i = 0; i < argc; ++i) options.command_line += (i == 0 ? "" : " ") + std::string(argv[i]);
  return {std::move(options), to_int(ExitStatus::complete)};
}

}  // namespace tscollect::app
