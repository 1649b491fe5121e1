#pragma once

#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): as the library has it
class App;
class Option;
}  // namespace CLI

namespace tscollect::tool {

/// Options that several commands have, declared in one way.

/// One that is given once for each value, so that a file may stand behind it.
CLI::Option* add_repeated_option(CLI::App& command, const char* name,
                                 std::vector<std::string>& values, const char* help);

/// One that takes names with commas between them, any number of times.
void add_names_option(CLI::App& command, const char* name, std::vector<std::string>& names,
                      const char* help);

/// --output of a command whose result goes to standard output otherwise.
void add_output_option(CLI::App& command, std::string& output);

/// --phases
void add_phases_file_option(CLI::App& command, std::string& file);

}  // namespace tscollect::tool
