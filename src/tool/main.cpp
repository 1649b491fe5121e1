// tscollect: all commands that need no MPI: sampling this host, and reading, checking and
// converting run files. tscollect-mpi collects over many hosts.
#include "tool/commands.hpp"
#include "tool/output.hpp"
#include "base/text/closest.hpp"
#include "base/text/format.hpp"
#include "base/log.hpp"
#include "options/help_format.hpp"
#include "options/option_words.hpp"
#include "store/hdf5/store_error.hpp"

#include <tscollect/version.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <iostream>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

namespace {

using tscollect::base::ExitStatus;
using tscollect::base::to_int;

int fail(ExitStatus status, std::string_view message) {
  tscollect::base::log("tscollect: {}\n", tscollect::base::displayed(message));
  return to_int(status);
}

/// The error of the command line, with a suggestion for a mistyped word.
std::string describe(const CLI::App& program, const CLI::ParseError& error, int count,
                     char** words) {
  std::vector<std::string> names;
  for (const CLI::App* command : program.get_subcommands({})) names.push_back(command->get_name());
  const std::string first = count > 1 ? words[1] : "-";
  if (first.starts_with('-')) return error.what();
  if (std::ranges::find(names, first) == names.end()) {
    const std::string near = tscollect::base::closest(first, names);
    return fmt::format("there is no command '{}'{}", first,
                       near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
  }
  const CLI::App* command = program.get_subcommand(first);
  std::string text = error.what();
  if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::ExtrasError)) return text;
  for (const std::string& extra : program.remaining(true))
    text += tscollect::options::guess_for(*command, extra);
  return text;
}

/// Also handles --help and --version, which CLI11 throws.
int report_parse_end(const CLI::App& program, const CLI::ParseError& end, int count, char** words) {
  if (end.get_exit_code() != static_cast<int>(CLI::ExitCodes::Success))
    return fail(ExitStatus::usage,
                fmt::format("{}; see --help", describe(program, end, count, words)));
  program.exit(end);
  if (!std::cout.flush()) return fail(ExitStatus::not_written, "standard output: cannot write");
  return to_int(ExitStatus::complete);
}

int run(int count, char** words) {
  auto status = ExitStatus::complete;
  CLI::App program("Looks at this host's metrics and at the files that tscollect-mpi collects.",
                   "tscollect");
  program.set_version_flag("--version", fmt::format("tscollect {}", tscollect::version));
  program.require_subcommand(1);
  program.formatter(std::make_shared<tscollect::options::HelpFormat>());
  program.footer(
      "Exit status: 0 complete, 2 usage or unreadable input, 3 output could not be\n"
      "written, 4 incomplete, 5 nothing collected, 70 internal error.");
  tscollect::tool::add_sample_command(program, status);
  tscollect::tool::add_info_command(program, status);
  tscollect::tool::add_rates_command(program, status);
  tscollect::tool::add_compare_command(program, status);
#if TSCOLLECT_HAS_REPORT
  tscollect::tool::add_report_command(program, status);
#endif
  tscollect::tool::add_export_command(program, status);
  tscollect::tool::add_mark_command(program, status);
  tscollect::tool::add_recover_command(program, status);
  tscollect::tool::add_validate_command(program, status);
  tscollect::tool::add_journals_command(program, status);
  try {
    program.parse(count, words);
  } catch (const CLI::ParseError& end) {
    return report_parse_end(program, end, count, words);
  }
  return to_int(status);
}

}  // namespace

int main(int count, char** words) {
  tscollect::base::open_standard_streams();
  // Makes a file that reaches `ulimit -f` an error like a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  // An inherited SIG_IGN would make it impossible to wait for children.
  std::signal(SIGCHLD, SIG_DFL);
  try {
    return run(count, words);
  } catch (const tscollect::tool::OutputClosed&) {
    return to_int(ExitStatus::not_written);
  } catch (const tscollect::base::UsageError& error) {
    return fail(ExitStatus::usage, error.what());
  } catch (const std::bad_alloc&) {
    return fail(ExitStatus::usage,
                "there is not enough memory to read it: a file is damaged or malicious "
                "(--unlimited lifts the limit that follows from its size)");
  } catch (const tscollect::store::StoreError& error) {
    return fail(ExitStatus::not_written, error.what());
  } catch (const std::exception& error) {
    return fail(ExitStatus::internal_error, fmt::format("internal error: {}", error.what()));
  }
}
