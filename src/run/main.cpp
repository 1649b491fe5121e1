// tscollect-run: runs a command with the collector beside it. This process stands in for the
// command: it has its process group, passes signals and the exit status on, and holds nothing up.
// The collector's launcher belongs to a keeper in a session of its own (keeper.hpp), which learns
// the collector's state from the status file that rank 0 keeps, and ends with this process.

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

/// Hidden files beside the output, the one folder that every node surely sees.
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

/// Why the status file, by which alone the collector's state is known, cannot be there; empty: it
/// is.
std::string create_status_file(const run::KeeperFiles& files) {
  try {
    base::DurableFile file(files.status);
    file.write(options::status_json({}));
    file.publish(base::Sync::later);
    return {};
  } catch (const base::FileError& error) {
    if (!files.status_is_ours)
      throw base::UsageError(fmt::format("--status-file: {}", error.what()));
    return fmt::format("the output's folder takes no files, choose another with --output: {}",
                       error.what());
  }
}

std::vector<std::string> words_for_collector(const run::RunOptions& options,
                                             const run::KeeperFiles& files) {
  // Every option is on the line; files of options on other nodes may differ from those here.
  std::vector<std::string> words = {"--no-site-config", "--marks-file=" + files.marks.string()};
  if (files.status_is_ours) words.push_back("--status-file=" + files.status.string());
  // What it says then is worth telling; what it has written is in the status file.
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
