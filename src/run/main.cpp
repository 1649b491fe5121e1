// tscollect-run: runs a command with the collector beside it. This process takes the command's
// place: it has its process group, and forwards signals and the exit status. The collector's
// launcher belongs to a keeper process in a session of its own (keeper.hpp), which reads the
// collector's state from rank 0's status file, and ends with this process.

#include "base/durable_file.hpp"
#include "base/exit_status.hpp"
#include "base/log.hpp"
#include "run/launch_plan.hpp"
#include "run/options.hpp"
#include "run/report.hpp"
#include "run/runner.hpp"
#include "run/signals.hpp"

#include <fmt/format.h>

#include <array>
#include <exception>
#include <random>
#include <unistd.h>

namespace {

using namespace tscollect;

/// Hidden files beside the output, in the one folder that every node can certainly access.
run::KeeperFiles files_beside(const options::CollectOptions& collect) {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  std::random_device random;
  const auto stem = collect.output.parent_path() /
                    fmt::format(".tscollect-run-{}-{}-{:08x}", host.data(), ::getpid(), random());
  run::KeeperFiles files;
  files.status = stem.string() + ".status";
  std::error_code ignored;
  files.marks = std::filesystem::absolute(collect.marks_file.empty()
                                              ? std::filesystem::path(stem.string() + ".marks")
                                              : collect.marks_file,
                                          ignored);
  files.status_is_ours = collect.status_file.empty();
  if (!files.status_is_ours) files.status = collect.status_file;
  return files;
}

/// Creates the status file, which is the only source of the collector's state. Returns the error;
/// empty: created.
std::string create_status_file(const run::KeeperFiles& files) {
  try {
    base::DurableFile file(files.status);
    file.write(options::status_json({}));
    file.publish(base::Sync::later);
    return {};
  } catch (const base::FileError& error) {
    if (!files.status_is_ours)
      throw base::UsageError(fmt::format("--status-file: {}", error.what()));
    return fmt::format(
        "no file can be created in the output's folder, choose another with --output: {}",
        error.what());
  }
}

std::vector<std::string> words_for_collector(const run::RunOptions& options,
                                             const run::KeeperFiles& files) {
  // All options are on the command line, as option files on other nodes may differ.
  std::vector<std::string> words = {"--no-site-config", "--marks-file=" + files.marks.string()};
  if (files.status_is_ours) words.push_back("--status-file=" + files.status.string());
  // With --quiet only unusual messages are printed, which are shown to the user; the rest is in the
  // status file.
  if (options.collect.verbosity == 0) words.emplace_back("--quiet");
  return words;
}

int run_program(int argc, const char* const* argv) {
  const auto inherited = run::Inherited::save();
  base::open_standard_streams();
  const auto parsed = run::parse_run_options(argc, argv);
  if (!parsed.options) return parsed.exit_status;
  const run::RunOptions& options = *parsed.options;
  run::take_signals();
  const run::KeeperFiles files = files_beside(options.collect);
  const auto plan = run::plan_launch(options, words_for_collector(options, files));
  if (options.print_launch) {
    if (!plan) throw base::UsageError(plan.error().message);
    for (const std::string& note : plan->notes) run::say("tscollect-run: " + note + "\n");
    const std::string text = run::to_text(*plan);
    return ::write(STDOUT_FILENO, text.data(), text.size()) < 0 ? 3 : 0;
  }
  if (!plan) return run::run_beside(options, std::nullopt, plan.error().message, files, inherited);
  if (const std::string reason = create_status_file(files); !reason.empty())
    return run::run_beside(options, std::nullopt, reason, files, inherited);
  for (const std::string& note : plan->notes) run::say("tscollect-run: " + note + "\n");
  return run::run_beside(options, *plan, {}, files, inherited);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run_program(argc, argv);
  } catch (const base::UsageError& error) {
    run::say(fmt::format("tscollect-run: {}\n", error.what()));
    return base::to_int(base::ExitStatus::usage);
  } catch (const std::exception& error) {
    run::say(fmt::format("tscollect-run: internal error: {}\n", error.what()));
    return base::to_int(base::ExitStatus::internal_error);
  }
}
