#include "base/process/child_process.hpp"
#include "base/text/format.hpp"
#include "base/files/text_file.hpp"
#include "journal/reader.hpp"
#include "store/run_file/run_file_writer.hpp"
#include "tool/commands.hpp"
#include "tool/guard.hpp"
#include "tool/output.hpp"
#include "tool/validate/validate.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace tscollect::tool {

namespace {

struct Arguments {
  std::vector<std::string> files;
  bool json = false;
  bool strict = false;
  bool unlimited = false;
};

constexpr std::string_view hdf5_mark = "\x89HDF\r\n\x1a\n";
constexpr std::string_view journal_mark = "TSCJOURN";

void validate_journal(const std::filesystem::path& path, Verdict& verdict) {
  verdict.kind = "journal";
  const auto reader = journal::Reader::open(path, journal::any_owner);
  if (!reader) {
    verdict.diagnostics.error("journal", "head", "{}", reader.error().message);
    return;
  }
  const journal::Contents& contents = reader->contents();
  verdict.summary = fmt::format("{}, host {}, run {}", base::counted(contents.samples, "sample"),
                                contents.header.host, contents.header.run_id);
  if (contents.being_written)
    verdict.diagnostics.warn("journal", "end", std::nullopt, "its run is not over");
  if (!contents.error.empty())
    verdict.diagnostics.error("journal", fmt::format("sample {}", contents.samples), "{}",
                              contents.error);
}

/// Determines the file's type from its first bytes and checks it.
void validate(const std::filesystem::path& path, const PlaceSink& at, Verdict& verdict) {
  verdict.unreadable = base::error_of_reading(path);
  if (!verdict.unreadable.empty()) return;
  std::array<char, 64> front{};
  std::ifstream file(path, std::ios::binary);
  file.read(front.data(), front.size());
  const std::string_view mark(front.data(), static_cast<std::size_t>(file.gcount()));
  const std::size_t text = std::min(mark.find_first_not_of(" \t\r\n"), mark.size());
  if (mark.starts_with(hdf5_mark))
    validate_run(path, at, verdict);
  else if (mark.starts_with(journal_mark))
    validate_journal(path, verdict);
  else if (mark.substr(text).starts_with('{'))
    validate_sidecar(path, verdict);
  else
    verdict.unreadable =
        mark.empty() ? "is empty" : "is neither a run, nor a sidecar, nor a journal";
}

/// What follows from the process of a check that did not end with a result.
void explain_end(const base::ChildResult& result, bool has_limits, Verdict& verdict) {
  const std::string& place = result.last_place;
  const bool too_long = result.signal == SIGXCPU && has_limits;
  if (result.out_of_memory || too_long) {
    verdict.diagnostics.error(
        "too-much", place,
        "reading it takes more {} than its size on the disk accounts for: it is damaged or "
        "malicious (--unlimited lifts the limit)",
        too_long ? "time" : "memory");
  } else if (!place.empty() && is_crash(result.signal)) {
    verdict.kind = "run";
    verdict.diagnostics.error(
        "library-crash", place,
        "the HDF5 library crashed here ({}): the file is damaged or malicious",
        strsignal(result.signal));
  } else {
    verdict.unreadable = fmt::format("the check was ended by a signal ({}){}{}",
                                     strsignal(result.signal), place.empty() ? "" : " at ", place);
  }
}

/// The exit status for a verdict, as a character, then its text.
std::string packed(const Verdict& verdict, const Arguments& arguments) {
  const store::Diagnostics& diagnostics = verdict.diagnostics;
  auto status = base::ExitStatus::complete;
  if (diagnostics.errors() > 0 || (arguments.strict && diagnostics.warnings() > 0))
    status = base::ExitStatus::incomplete;
  if (!verdict.unreadable.empty()) status = base::ExitStatus::usage;
  return static_cast<char>(status) +
         (arguments.json ? verdict_json(verdict) : verdict_text(verdict));
}

/// HDF5 may crash on files that it did not write itself, so each file is checked in a process of
/// its own.
std::string judge(const std::string& file, const Arguments& arguments) {
  std::optional<base::Limits> limits;
  if (!arguments.unlimited) {
    const std::array<std::filesystem::path, 2> read = {file, store::sidecar_path(file)};
    limits = base::limits_for(read);
  }
  Verdict verdict;
  verdict.file = file;
  const base::ChildResult result = base::run_in_child(limits, [&](const PlaceSink& at) {
    validate(file, at, verdict);
    return packed(verdict, arguments);
  });
  if (result.signal == 0 && !result.out_of_memory) return result.output;
  explain_end(result, limits.has_value(), verdict);
  return packed(verdict, arguments);
}

base::ExitStatus run(const Arguments& arguments) {
  auto worst = base::ExitStatus::complete;
  Output output;
  for (const std::string& file : arguments.files) {
    const std::string result = judge(file, arguments);
    if (result.empty()) throw std::runtime_error("a check ended without a result");
    output.write(std::string_view(result).substr(1));
    const auto status = static_cast<base::ExitStatus>(result.front());
    if (worst != base::ExitStatus::usage && status != base::ExitStatus::complete) worst = status;
  }
  output.finish();
  return worst;
}

}  // namespace

void add_validate_command(CLI::App& program, base::ExitStatus& status) {
  CLI::App* command = program.add_subcommand(
      "validate", "Check files against their format and list what violates it");
  const auto arguments = std::make_shared<Arguments>();
  command
      ->add_option("FILE", arguments->files,
                   "HDF5 files of runs (with the sidecar beside each), sidecars, journals")
      ->required();
  command->add_flag("--json", arguments->json,
                    "As JSON, an object per file and line [default: as text]");
  command->add_flag("--strict", arguments->strict,
                    "Warnings also count for the exit status [default: errors only]");
  add_unlimited_option(*command, arguments->unlimited);
  command->footer(
      "Exit status: 0 valid; 4 not valid: there are errors; 2 usage, or a file cannot\n"
      "be read, is none of tscollect's, or of a schema that this tscollect does not\n"
      "know.");
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace tscollect::tool
