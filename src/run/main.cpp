// tscollect-run: runs a command with the collector beside it. This process takes the command's
// place: it has its process group, and forwards signals and the exit status. The collector's
// launcher belongs to a keeper process in a session of its own (keeper.hpp), which reads the
// collector's state from rank 0's status file, and ends with this process.

#include "base/process/host_name.hpp"
#include "base/files/durable_file.hpp"
#include "base/exit_status.hpp"
#include "base/log.hpp"
#include "options/option_words.hpp"
#include "run/launch_plan.hpp"
#include "run/options.hpp"
#include "run/report.hpp"
#include "run/runner.hpp"
#include "run/signals.hpp"

#include <fmt/format.h>

#include <exception>
#include <optional>
#include <random>
#include <string>
#include <unistd.h>

namespace {

using namespace tscollect;

/// Hidden files beside the output, in the one folder that every node can certainly access.
run::KeeperFiles files_beside(const options::CollectOptions& collect) {
  std::random_device random;
  const auto stem =
      collect.output.parent_path() /
      fmt::format(".tscollect-run-{}-{}-{:08x}", base::this_host(), ::getpid(), random());
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

/// An error of the options themselves, for which --help is of use.
class OptionError : public base::UsageError {
 public:
  using base::UsageError::UsageError;
};

/// What is decided before anything is started.
struct Start {
  run::RunOptions options;
  run::KeeperFiles files;
  std::optional<run::LaunchPlan> plan;
  std::string reason;  ///< why there is no plan
};

/// Nothing: --help or --version. Throws base::UsageError.
std::optional<Start> prepare(int argc, const char* const* argv, options::SiteFile site) {
  auto parsed = run::parse_run_options(argc, argv, site == options::SiteFile::read, site);
  if (!parsed.error.empty()) throw OptionError(parsed.error);
  if (!parsed.options) return std::nullopt;
  run::take_signals();
  Start start{std::move(*parsed.options), {}, std::nullopt, {}};
  start.files = files_beside(start.options.collect);
  auto plan = run::plan_launch(start.options, words_for_collector(start.options, start.files));
  if (!plan) {
    start.reason = plan.error().message;
    return start;
  }
  if (!start.options.print_launch) start.reason = create_status_file(start.files);
  if (start.reason.empty()) start.plan = std::move(*plan);
  return start;
}

/// Users cannot mend the site's file, and their commands must not wait until somebody does: an
/// error that is there only because of it is a reason for the collector not to start. `error` is
/// that of prepare() with the file, and is being handled.
Start prepare_without_site_file(int argc, const char* const* argv, const base::UsageError& error) {
  auto start = prepare(argc, argv, options::SiteFile::skipped);
  if (!start || start->options.print_launch) throw;
  if (start->plan) ::unlink(start->files.status.c_str());
  start->plan.reset();
  start->reason = error.what();
  return std::move(*start);
}

int print_launch(const Start& start) {
  if (!start.plan) throw base::UsageError(start.reason);
  for (const std::string& note : start.plan->notes) run::say("tscollect-run: " + note + "\n");
  const std::string text = run::to_text(*start.plan);
  return ::write(STDOUT_FILENO, text.data(), text.size()) < 0 ? 3 : 0;
}

int run_program(int argc, const char* const* argv) {
  const auto inherited = run::Inherited::save();
  base::open_standard_streams();
  std::optional<Start> start;
  try {
    start = prepare(argc, argv, options::SiteFile::read);
  } catch (const base::UsageError& error) {
    start = prepare_without_site_file(argc, argv, error);
  }
  if (!start) return base::to_int(base::ExitStatus::complete);
  if (start->options.print_launch) return print_launch(*start);
  if (start->plan)
    for (const std::string& note : start->plan->notes) run::say("tscollect-run: " + note + "\n");
  return run::run_beside(start->options, start->plan, start->reason, start->files, inherited);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run_program(argc, argv);
  } catch (const OptionError& error) {
    run::say(options::usage_text("tscollect-run", error.what()));
    return base::to_int(base::ExitStatus::usage);
  } catch (const base::UsageError& error) {
    run::say(fmt::format("tscollect-run: {}\n", error.what()));
    return base::to_int(base::ExitStatus::usage);
  } catch (const std::exception& error) {
    run::say(fmt::format("tscollect-run: internal error: {}\n", error.what()));
    return base::to_int(base::ExitStatus::internal_error);
  }
}
