#include "run/options.hpp"

#include "options/option_declarer.hpp"
#include "options/option_words.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace tscollect::run {

namespace {

constexpr std::string_view program = "tscollect-run";

/// Options of the collector shown by --help; the others are in tscollect-mpi --help.
constexpr std::array shown = {"--interval", "--output", "--label",         "--force",
                              "--quiet",    "--config", "--no-site-config"};

constexpr std::array not_for_collector = {"config", "no-site-config", "list-sources"};

/// Values set by CLI11.
struct Values {
  std::int64_t ready_limit = 30;
  std::int64_t stop_limit = 120;
};

void add_launch(options::OptionDeclarer& declare, RunOptions& options) {
  declare.begin_group("How the collector is started");
  declare.option("--hostfile", options.hostfile, "FILE",
                 "Hosts to sample, one a line, as mpirun takes it; default: the job's");
  declare.option(
      "--launcher", options.launcher, "NAME",
      "slurm, flux, lsf, pbs, mpirun or one of the site's; default: the first that fits");
  declare.option("--launcher-options", options.launcher_options, "WORDS",
                 "Further words for the launcher, separated by blanks; default: none");
  declare.option("--launchers", options.launcher_folder, "DIR",
                 "Folder of launcher files that come before those of the site and the built-in "
                 "ones; default: none");
  declare.option("--mpirun", options.mpirun, "PROGRAM",
                 "The mpirun to use; default: the first in PATH that fits the collector");
  declare.option("--collector", options.collector, "PROGRAM",
                 "The collector to use; default: tscollect-mpi beside this program, or in PATH");
  declare.flag_without_variable("--print-launch", options.print_launch,
                                "Print how the collector would be started, and exit");
}

void add_behaviour(options::OptionDeclarer& declare, RunOptions& options, Values& values) {
  constexpr std::int64_t longest = 1'000'000;
  declare.begin_group("Beside the command");
  declare.flag("--require", options.require,
               "Exit with status 2 instead of running the command without the collector");
  declare.flag("--no-command", options.no_command,
               "Do not store the command line in the file, as it may contain secrets");
  declare.flag("--report", options.report,
               "Write a page that shows the run beside the file, by tscollect report");
  declare
      .option("--ready-timeout", values.ready_limit, "SECONDS",
              "Seconds to wait until every host samples")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{0}, longest));
  declare
      .option("--stop-timeout", values.stop_limit, "SECONDS",
              "Seconds to wait for the file after the command has ended")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{0}, longest));
}

/// The collector's options as words, without those that do not concern it.
std::vector<std::string> collect_words(const std::vector<const CLI::Option*>& options) {
  std::vector<std::string> words;
  for (const CLI::Option* option : options) {
    const std::string& name = option->get_lnames().front();
    if (std::ranges::find(not_for_collector, name) != not_for_collector.end()) continue;
    for (std::string& word : options::as_words(*option)) words.push_back(std::move(word));
  }
  return words;
}

ParsedRunOptions fail(std::string message) { return {std::nullopt, std::move(message)}; }

}  // namespace

ParsedRunOptions parse_run_options(int argc, const char* const* argv, bool prints,
                                   options::SiteFile site) {
  const auto* const end = argv + argc;
  const auto* const dashes =
      std::find_if(argv + 1, end, [](const char* word) { return std::string_view(word) == "--"; });

  RunOptions options;
  Values values;
  CLI::App app(
      "tscollect-run [OPTIONS] -- command [argument...]\n\n"
      "Starts tscollect-mpi on every node, waits until it samples, runs the command,\n"
      "stops the collector and ends with the command's exit status.",
      std::string(program));
  const options::CollectOptionSet set(app, program);
  std::vector<const CLI::Option*> of_collector;
  for (CLI::Option* option : app.get_options()) {
    const std::string name = "--" + option->get_lnames().front();
    if (name == "--help" || name == "--version") continue;
    of_collector.push_back(option);
    if (std::ranges::find(shown, name) != shown.end())
      option->group("The collector");
    else
      option->group("");
  }
  options::OptionDeclarer declare(app, "TSCOLLECT_RUN_");
  add_launch(declare, options);
  add_behaviour(declare, options, values);
  declare.begin_group("The rest");
  declare.help_and_version(app.version());
  app.footer(
      "All other options of tscollect-mpi are taken as well: tscollect-mpi --help lists\n"
      "them, and says how options are set in files and in the environment.\n\n"
      "Exit status: the command's, or 128 + n if signal n ended it; 2 usage;\n"
      "126, 127 the command cannot be run.");
  app.allow_extras();  // allows a better message for a command without a preceding "--"
  if (auto asked =
          options::read_raw_options(app, static_cast<int>(dashes - argv), argv, prints, site))
    return fail(std::move(asked->error));
  if (const auto extras = app.remaining(); !extras.empty()) {
    if (dashes == end && !extras.front().starts_with("-")) return fail("put -- before the command");
    return fail("unknown option " + extras.front() + options::guess_for(app, extras.front()));
  }
  if (set.lists_sources()) return fail("--list-sources is tscollect-mpi's");
  if (!options.print_launch) {
    if (dashes == end) return fail("no command: tscollect-run [OPTIONS] -- command [argument...]");
    if (dashes + 1 == end) return fail("no command after --");
  }
  if (dashes != end) options.command.assign(dashes + 1, end);
  options.ready_limit = std::chrono::seconds(values.ready_limit);
  options.stop_limit = std::chrono::seconds(values.stop_limit);
  options.collect = set.resolved();
  options.collect_words = collect_words(of_collector);
  return {std::move(options), {}};
}

}  // namespace tscollect::run
