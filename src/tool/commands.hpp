#pragma once

#include "base/exit_status.hpp"

#include <stdexcept>

namespace CLI {  // NOLINT(readability-identifier-naming): as the library has it
class App;
}

namespace tscollect::app {

/// The command line asks for something that cannot be, or names a file that cannot be read:
/// ExitStatus::usage.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Each adds its subcommand, which sets `status` when parsing has found it and it has run.
void add_sample_command(CLI::App& program, ExitStatus& status);
void add_info_command(CLI::App& program, ExitStatus& status);
void add_rates_command(CLI::App& program, ExitStatus& status);
void add_compare_command(CLI::App& program, ExitStatus& status);
void add_export_command(CLI::App& program, ExitStatus& status);
void add_recover_command(CLI::App& program, ExitStatus& status);
void add_journals_command(CLI::App& program, ExitStatus& status);
void add_validate_command(CLI::App& program, ExitStatus& status);

}  // namespace tscollect::app
