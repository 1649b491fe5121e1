#include "base/process/user_name.hpp"
#include "tool/commands.hpp"
#include "tool/guard.hpp"
#include "base/progress.hpp"
#include "journal/recovered_run.hpp"
#include "journal/journal_set.hpp"
#include "journal/owner.hpp"
#include "store/run_file/run_file_writer.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tscollect::tool {

namespace {

struct Arguments {
  bool unlimited = false;
  std::vector<std::filesystem::path> paths;
  std::filesystem::path output;
  std::string run;
  bool force = false;
  std::string owner;
  std::filesystem::path marks;
};

/// The run to recover. It must be unambiguous.
std::string choose_run(const journal::Found& found, const std::string& wanted,
                       const journal::RecoveredRun& run) {
  if (found.journals.empty()) throw base::UsageError("there is no journal to recover");
  const std::vector<journal::Run> runs = journal::runs_of(found.journals);
  if (wanted.empty() && runs.size() == 1) return runs.front().id;
  if (std::ranges::find(runs, wanted, &journal::Run::id) != runs.end()) return wanted;
  run.log_runs(runs);
  throw base::UsageError(
      wanted.empty() ? std::string("these are journals of different runs; choose one with --run")
                     : fmt::format("--run {}: there is no journal of this run", wanted));
}

uid_t owner_of(const Arguments& arguments) {
  if (arguments.owner.empty()) return geteuid();
  const auto user = base::find_user(arguments.owner);
  if (!user) throw base::UsageError(fmt::format("--owner {}", user.error().message));
  return *user;
}

/// Writes the file of one run, host by host, and reports what it finds.
base::ExitStatus recover(const Arguments& arguments) {
  const uid_t owner = owner_of(arguments);
  // Without limits for own journals: a few bytes may expand to many idle devices.
  if (!arguments.unlimited && owner != geteuid()) go_on_under_limits(arguments.paths);
  const auto probed = store::probe_target(arguments.output, arguments.force);
  if (!probed) throw store::StoreError(probed.error().message);
  journal::RecoveredRun run("tscollect recover");
  journal::Found found = journal::look_at(arguments.paths, owner);
  for (const journal::Contents& journal : found.journals)
    for (const auto& written : {arguments.output, store::sidecar_path(arguments.output)})
      if (std::error_code none; std::filesystem::equivalent(journal.path, written, none))
        throw base::UsageError(
            fmt::format("{} is one of the journals; choose another output", journal.path.string()));
  run.log_unused(found);
  run.choose(choose_run(found, arguments.run, run), found, arguments.run.empty());
  const journal::Header header = found.journals.front().header;
  if (const auto taken = run.take_marks(arguments.marks, header, arguments.output, owner); !taken)
    throw base::UsageError(fmt::format("--marks-file {}", taken.error().message));
  const auto existing = arguments.force ? base::Existing::replace : base::Existing::keep;
  store::RunFileWriter writer(probed.value(), existing);
  const auto hosts = journal::by_host(found.journals);
  base::Progress progress("recovering", hosts.size(), "hosts");
  std::size_t done = 0;
  for (const auto& parts : hosts) {
    progress.show(done++);
    std::vector<std::filesystem::path> paths;
    for (const journal::Contents& part : parts) paths.push_back(part.path);
    const auto host = journal::recover_host(paths, owner);
    if (host) writer.add_host(host->block);
    progress.clear();
    if (host)
      run.add(host->block.summary, host->finding);
    else
      run.leave_out(parts.front().header.host, host.error().message);
  }
  progress.clear();
  run.add_missing(found.journals);
  return run.finish(writer, probed.value(), existing, header);
}

}  // namespace

void add_recover_command(CLI::App& program, base::ExitStatus& status) {
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
  command
      ->add_option(
          "--marks-file", arguments->marks,
          "The run's file of marks [default: where its journals say, or beside the output]")
      ->type_name("FILE");
  command
      ->add_option("--run", arguments->run,
                   "Which run to recover, if there are journals of several")
      ->type_name("ID");
  command
      ->add_option("--owner", arguments->owner,
                   "User, by name or number, whose journals are read; those of others are skipped, "
                   "as they may be forged; default: the calling user, also for root")
      ->type_name("USER");
  command->add_flag("--force", arguments->force, "Replace an existing output file or sidecar");
  add_unlimited_option(*command, arguments->unlimited);
  command->footer(
      "Exit status: 0 every host of the run is there to its end; 2 usage, nothing to\n"
      "recover, or several runs; 3 output not written; 4 written, but a host is\n"
      "missing, a journal is damaged or cut short, its run goes on, or the sidecar\n"
      "could not be written; 5 no samples.");
  command->callback([arguments, &status] {
    // Standard output is not used, and a closed reader of messages must not end the recovery.
    std::signal(SIGPIPE, SIG_IGN);
    status = recover(*arguments);
  });
}

}  // namespace tscollect::tool
