#pragma once

#include "base/exit_status.hpp"

#include <string>

namespace CLI {  // NOLINT(readability-identifier-naming): as the library has it
class App;
}

namespace tscollect::tool {

/// The arguments of `tscollect mark`.
struct MarkArguments {
  std::string name;         ///< phase that begins in place of the previous one
  std::string begin;        ///< phase that begins within the current one
  std::string end;          ///< phase that ends
  bool ends = false;        ///< --end was given, with or without a name
  std::string output;       ///< output of the run; empty: TSCOLLECT_MARKS names the file
  std::string into;         ///< a run's file into which phases are inserted
  std::string phases_file;  ///< the phases to insert
  bool force = false;
  bool unlimited = false;
};

void add_mark_options(CLI::App& command, MarkArguments& arguments);

/// Appends the mark to the run's marks file. Errors are printed to standard error.
[[nodiscard]] base::ExitStatus append_mark(const MarkArguments& arguments);

}  // namespace tscollect::tool
