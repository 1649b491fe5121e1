#include "app/commands.hpp"
#include "app/progress.hpp"
#include "app/wording.hpp"
#include "journal/recovery.hpp"
#include "store/run_file_writer.hpp"

#include <tscollect/time.hpp>
#include <tscollect/version.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tscollect::app {

namespace {

struct Arguments {
  std::vector<std::filesystem::path> paths;
  std::filesystem::path output;
  std::string run;
  bool force = false;
};

void say(const std::string& line) {
  fmt::print(stderr, "tscollect recover: {}\n", printable(line));
}

/// The journals of the one run that is to be recovered.
std::vector<journal::Contents> choose_run(std::vector<journal::Contents> journals,
                                          const Arguments& arguments) {
  const std::vector<journal::Run> runs = journal::runs_of(journals);
  std::string wanted = arguments.run;
  if (wanted.empty() && runs.size() == 1) wanted = runs.front().id;
  const bool known = std::ranges::find(runs, wanted, &journal::Run::id) != runs.end();
  if (!known) {
    for (const journal::Run& run : runs)
      say(fmt::format("run {}: begun {}, {}", run.id, timestamp(run.start_time_ns),
                      counted(static_cast<std::int64_t>(run.journals), "journal")));
    throw UsageError(
        wanted.empty() ? std::string("these are journals of different runs; choose one with --run")
                       : fmt::format("--run {}: there is no journal of this run", wanted));
  }
  std::erase_if(journals,
                [&](const journal::Contents& journal) { return journal.header.run_id != wanted; });
  return journals;
}

/// Writes the file of one run, host after host, and says what it finds.
class Recovery {
 public:
  explicit Recovery(const Arguments& arguments) : arguments_(arguments) {}

  ExitStatus run();

 private:
  [[nodiscard]] std::vector<journal::Contents> find_journals();
  void add(const journal::Contents& journal, store::RunFileWriter& writer, Progress& progress);
  void add_missing(std::span<const journal::Contents> journals);
  [[nodiscard]] record::RunInfo describe_run(const journal::Header& header) const;

  const Arguments& arguments_;
  std::vector<record::HostOutcome> outcomes_;
  bool all_there_ = true;
};

ExitStatus Recovery::run() {
  if (const auto probed = store::probe_target(arguments_.output, arguments_.force); !probed)
    throw store::StoreError(probed.error().message);
  const std::vector<journal::Contents> journals = find_journals();
  store::RunFileWriter writer(arguments_.output);
  Progress progress("recovering", journals.size(), "hosts");
  for (const journal::Contents& journal : journals) {
    progress.show(outcomes_.size());
    add(journal, writer, progress);
  }
  progress.clear();
  add_missing(journals);
  std::ranges::sort(outcomes_, {},
                    [](const record::HostOutcome& outcome) { return outcome.summary.name; });
  const record::RunInfo run = describe_run(journals.front().header);
  writer.finish(run, outcomes_);
  store::write_sidecar(arguments_.output, run, outcomes_);
  say(fmt::format("wrote {} (recovered, {} of {} hosts, {} samples); the journals stay as they are",
                  arguments_.output.string(), run.hosts_collected.size(),
                  run.hosts_requested.size(), run.num_samples));
  if (run.num_samples == 0) return ExitStatus::nothing;
  return all_there_ ? ExitStatus::complete : ExitStatus::incomplete;
}

std::vector<journal::Contents> Recovery::find_journals() {
  journal::Found found = journal::look_at(arguments_.paths);
  for (const std::string& refused : found.refused) say(refused);
  if (found.journals.empty()) throw UsageError("there is no journal to recover");
  std::vector<journal::Contents> journals = choose_run(std::move(found.journals), arguments_);
  // With --run, what is no journal may just as well be none of this run.
  if (!found.refused.empty() && arguments_.run.empty()) all_there_ = false;
  for (const std::string& line : journal::keep_longest(journals)) say(line);
  return journals;
}

void Recovery::add(const journal::Contents& journal, store::RunFileWriter& writer,
                   Progress& progress) {
  auto reader = journal::Reader::open(journal.path);
  if (!reader)
    throw UsageError(fmt::format("{}: {}", journal.path.string(), reader.error().message));
  // It may have grown since the first look.
  const journal::Contents& contents = reader->contents();
  const record::HostBlock block = reader->build_block();
  writer.add_host(block);
  std::string why = "from its journal";
  if (!contents.flaw.empty()) why += ", " + contents.flaw;
  if (contents.being_written) why += ", which is still being written";
  if (block.summary.missed_ticks > 0)
    why += fmt::format(", {} ticks missed", block.summary.missed_ticks);
  all_there_ = all_there_ && contents.flaw.empty() && !contents.being_written;
  progress.clear();
  say(fmt::format("{}: {}: {}{}{}", contents.header.host, contents.path.string(),
                  counted(contents.samples, "sample"), contents.flaw.empty() ? "" : "; ",
                  contents.flaw));
  if (contents.being_written)
    say(fmt::format("{}: its run is not over: this is what it has up to now",
                    contents.header.host));
  outcomes_.push_back({block.summary, record::HostState::recovered, std::move(why)});
}

void Recovery::add_missing(std::span<const journal::Contents> journals) {
  const journal::Missing missing = journal::missing_from(journals);
  for (const std::string& name : missing.names) {
    say(fmt::format("{}: there is no journal of this host", name));
    record::HostOutcome outcome;
    outcome.summary.name = name;
    outcome.state = record::HostState::missing;
    outcome.why = "no journal was found";
    outcomes_.push_back(std::move(outcome));
  }
  if (missing.unnamed > 0)
    say(fmt::format("{} more of the run: no journal, and names only in the journal of rank 0",
                    counted(missing.unnamed, "host")));
  all_there_ = all_there_ && missing.names.empty() && missing.unnamed == 0;
}

record::RunInfo Recovery::describe_run(const journal::Header& header) const {
  constexpr double ns_per_second = 1e9;
  record::RunInfo run =
      record::summarize(outcomes_, static_cast<double>(header.interval_ns) / ns_per_second);
  run.completeness = record::Completeness::recovered;
  run.stop_reason = "unknown: recovered from journals";
  run.labels = header.labels;
  run.job_ids = header.job_ids;
  run.history = fmt::format("{}\n{} tscollect {}: recovered from journals", header.history,
                            format_timestamp(wall_now()), version);
  return run;
}

}  // namespace

void add_recover_command(CLI::App& program, ExitStatus& status) {
  CLI::App* command = program.add_subcommand(
      "recover", "Write a run's file from the journals that a killed run left behind");
  const auto arguments = std::make_shared<Arguments>();
  command
      ->add_option("JOURNAL", arguments->paths,
                   "Journals of one run, from any hosts, or folders that hold them; never modified")
      ->required();
  command
      ->add_option("-o,--output", arguments->output, "HDF5 file to write, a JSON sidecar beside it")
      ->type_name("FILE")
      ->required();
  command->add_option("--run", arguments->run, "Which run, where there are journals of several")
      ->type_name("ID");
  command->add_flag("--force", arguments->force, "Replace an existing output file");
  command->footer(
      "Exit status: 0 every host of the run is there to its end; 2 usage, nothing to recover, or\n"
      "several runs; 3 output not written; 4 written, but a host is missing, a journal is damaged\n"
      "or cut short, or its run goes on; 5 no samples.");
  command->callback([arguments, &status] { status = Recovery(*arguments).run(); });
}

}  // namespace tscollect::app
