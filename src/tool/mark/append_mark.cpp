// `tscollect mark` during a run. It is linked into the small program front.cpp, so it may depend
// only on base and marks.
#include "tool/mark/mark.hpp"

#include "base/log.hpp"
#include "base/text/printable.hpp"
#include "marks/marks_file.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

namespace tscollect::tool {

namespace {

using base::ExitStatus;

constexpr const char* variable = "TSCOLLECT_MARKS";

ExitStatus refuse(ExitStatus status, const std::string& why) {
  base::log("tscollect mark: {}\n", base::printable(why));
  return status;
}

}  // namespace

void add_mark_options(CLI::App& command, MarkArguments& arguments) {
  command.add_option("NAME", arguments.name,
                     "Begins a phase of this name, and ends the one before it");
  command
      .add_option("--begin", arguments.begin,
                  "Begins a phase within the one that goes on, until --end")
      ->type_name("NAME");
  command
      .add_option_function<std::vector<std::string>>(
          "--end",
          [&arguments](const std::vector<std::string>& names) {
            arguments.ends = true;
            arguments.end = names.empty() ? "" : names.front();
          },
          "Ends the phase of this name and those within it [default: the phase begun last]")
      ->type_name("[NAME]")
      ->expected(0, 1);
  command
      .add_option("-o,--output", arguments.output,
                  "The file that the run will write [default: as TSCOLLECT_MARKS says, which "
                  "tscollect-run sets for its command]")
      ->type_name("FILE");
  command
      .add_option("--into", arguments.into,
                  "Instead: put the phases of --phases into this file of a run")
      ->type_name("FILE");
  command.add_option("--phases", arguments.phases_file, "Phases, as lines of name,begin,end")
      ->type_name("FILE");
  command.add_flag("--force", arguments.force, "Replace the phases that the file has");
}

ExitStatus append_mark(const MarkArguments& arguments) {
  const int asked = static_cast<int>(!arguments.name.empty()) +
                    static_cast<int>(!arguments.begin.empty()) + static_cast<int>(arguments.ends);
  if (asked != 1)
    return refuse(ExitStatus::usage,
                  "give a NAME, or --begin NAME, or --end [NAME]; see tscollect mark --help");
  if (!arguments.phases_file.empty() || arguments.force)
    return refuse(ExitStatus::usage, "--phases and --force go together with --into");
  const char* const marks = std::getenv(variable);
  if (arguments.output.empty() && marks == nullptr)
    return refuse(ExitStatus::usage,
                  fmt::format("no run to mark: {} is not set, which tscollect-run sets for its "
                              "command; name the run's file with -o FILE",
                              variable));
  // tscollect-run sets this for a command that runs without a collector; that is not an error.
  if (arguments.output.empty() && *marks == '\0')
    return refuse(ExitStatus::complete,
                  fmt::format("nothing is collected ({} is empty): not marked", variable));
  const std::string& name = arguments.ends            ? arguments.end
                            : arguments.begin.empty() ? arguments.name
                                                      : arguments.begin;
  if (!arguments.ends || !name.empty())
    if (const std::string error = marks::error_in_name(name); !error.empty())
      return refuse(ExitStatus::usage, error);
  const auto kind = arguments.ends            ? marks::MarkKind::end
                    : arguments.begin.empty() ? marks::MarkKind::next
                                              : marks::MarkKind::begin;
  const std::filesystem::path path = arguments.output.empty()
                                         ? std::filesystem::path(marks)
                                         : marks::default_marks_path(arguments.output);
  const auto appended = marks::append(path, to_line(marks::mark_now(kind, name)));
  if (!appended) return refuse(ExitStatus::not_written, appended.error().message);
  return ExitStatus::complete;
}

}  // namespace tscollect::tool
