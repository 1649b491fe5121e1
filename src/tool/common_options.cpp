#include "tool/common_options.hpp"

#include <CLI/CLI.hpp>

namespace tscollect::tool {

CLI::Option* add_repeated_option(CLI::App& command, const char* name,
                                 std::vector<std::string>& values, const char* help) {
  return command.add_option(name, values, help)->type_name("NAME")->allow_extra_args(false);
}

void add_names_option(CLI::App& command, const char* name, std::vector<std::string>& names,
                      const char* help) {
  add_repeated_option(command, name, names, help)->delimiter(',');
}

void add_output_option(CLI::App& command, std::string& output) {
  command
      .add_option("-o,--output", output,
                  "Where to write, replacing what is there; -: standard output")
      ->type_name("FILE")
      ->capture_default_str();
}

void add_phases_file_option(CLI::App& command, std::string& file) {
  command
      .add_option("--phases", file,
                  "Phases, as lines of name,begin,end [default: those that were marked, or else "
                  "those that are found]")
      ->type_name("FILE");
}

}  // namespace tscollect::tool
