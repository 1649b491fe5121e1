#include "base/child_process.hpp"
#include "store/run_file/run_file_writer.hpp"
#include "base/text_file.hpp"
#include "tool/commands.hpp"
#include "tool/guard.hpp"
#include "tool/output.hpp"
#include "tool/validate/validate.hpp"
#include "base/format.hpp"

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
#include <utility>
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

/// A verdict passed from one process to the other: the decisive values, then the text.
struct Told {
  std::size_t errors = 0;
  std::size_t warnings = 0;
  bool judged = false;
  std::string text;
};

std::string packed(const Verdict& verdict, bool json) {
  return fmt::format("{} {} {}\n{}", verdict.diagnostics.errors(), verdict.diagnostics.warnings(),
                     verdict.unreadable.empty() ? 1 : 0,
                     json ? verdict_json(verdict) : verdict_text(verdict));
}

Told unpacked(const std::string& text) {
  Told told;
  const std::size_t end = text.find('\n');
  int judged = 0;
  if (end == std::string::npos ||
      std::sscanf(text.c_str(), "%zu %zu %d", &told.errors, &told.warnings, &judged) != 3)
    throw std::runtime_error("a check ended without a result");
  told.judged = judged != 0;
  told.text = text.substr(end + 1);
  return told;
}

/// HDF5 may crash on files that it did not write itself, so each file is read in a process of its
/// own.
Told judge(const std::string& file, bool json, bool unlimited) {
  std::optional<base::Limits> limits;
  if (!unlimited) {
    const std::array<std::filesystem::path, 2> read = {file, store::sidecar_path(file)};
    limits = base::limits_for(read);
  }
  const base::ChildResult result = base::run_in_child(
      limits, [&](const PlaceSink& at) { return packed(validate(file, at), json); });
  const bool too_long = result.signal == SIGXCPU && limits;
  if (result.signal == 0 && !result.out_of_memory) return unpacked(result.output);
  Verdict verdict;
  verdict.file = file;
  const bool in_a_run = !result.last_place.empty();
  if (result.out_of_memory || too_long) {
    verdict.diagnostics.error(
        "too-much", result.last_place,
        fmt::format("reading it takes more {} than its size on the disk accounts for: it is "
                    "damaged or malicious (--unlimited lifts the limit)",
                    too_long ? "time" : "memory"));
  } else if (in_a_run && is_crash(result.signal)) {
    verdict.kind = "run";
    verdict.diagnostics.error(
        "library-crash", result.last_place,
        fmt::format("the HDF5 library crashed here ({}): the file is damaged or malicious",
                    strsignal(result.signal)));
  } else {
    verdict.unreadable =
        fmt::format("the check was ended by a signal ({}){}{}", strsignal(result.signal),
                    in_a_run ? " at " : "", result.last_place);
  }
  return unpacked(packed(verdict, json));
}

base::ExitStatus run(const Arguments& arguments) {
  auto status = base::ExitStatus::complete;
  Output output;
  for (const std::string& file : arguments.files) {
    const Told told = judge(file, arguments.json, arguments.unlimited);
    output.write(told.text);
    const bool bad = told.errors > 0 || (arguments.strict && told.warnings > 0);
    if (!told.judged)
      status = base::ExitStatus::usage;
    else if (bad && status == base::ExitStatus::complete)
      status = base::ExitStatus::incomplete;
  }
  output.finish();
  return status;
}

}  // namespace

Verdict validate(const std::filesystem::path& path, const PlaceSink& at) {
  Verdict verdict;
  verdict.file = path.string();
  verdict.unreadable = base::error_of_reading(path);
  if (!verdict.unreadable.empty()) return verdict;
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
  return verdict;
}

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
