#pragma once

#include "base/exit_status.hpp"

#include <string>

namespace CLI {  // NOLINT(readability-identifier-naming): as the library has it
class App;
}

namespace tscollect::tool {

/// What `tscollect mark` was asked for.
struct MarkArguments {
  std::string name;         ///< of the phase that begins in place of the one before
  std::string begin;        ///< of one that begins within the one that goes on
  std::string end;          ///< of one that ends
  bool ends = false;        ///< --end was given, with or without a name
  std::string output;       ///< of the run that takes the mark; empty: TSCOLLECT_MARKS says where
  std::string into;         ///< a run's file that is to get phases
  std::string phases_file;  ///< which ones
  bool force = false;
  bool unlimited = false;
};

void add_mark_options(CLI::App& command, MarkArguments& arguments);

/// Appends the mark to the run's file of marks. What is wrong is told on standard error.
[[nodiscard]] base::ExitStatus append_mark(const MarkArguments& arguments);

}  // namespace tscollect::tool
