#pragma once

#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): as the library has it
class App;
class Option;
}  // namespace CLI

namespace tscollect::tool {

/// Options shared by several commands.

/// An option with one value, which can be repeated. So a file argument may follow it.
CLI::Option* add_repeated_option(CLI::App& command, const char* name,
                                 std::vector<std::string>& values, const char* help);

/// An option with names separated by commas, which can be repeated.
void add_names_option(CLI::App& command, const char* name, std::vector<std::string>& names,
                      const char* help);

/// --output of a command that writes to standard output by default.
void add_output_option(CLI::App& command, std::string& output);

/// --phases
void add_phases_file_option(CLI::App& command, std::string& file);

}  // namespace tscollect::tool
