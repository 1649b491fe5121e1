#pragma once

#include "base/usage_error.hpp"
#include "base/exit_status.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): as the library has it
class App;
}

namespace tscollect::tool {

// Each function adds a subcommand, which runs during parsing and sets `status`.
void add_sample_command(CLI::App& program, base::ExitStatus& status);
void add_info_command(CLI::App& program, base::ExitStatus& status);
void add_rates_command(CLI::App& program, base::ExitStatus& status);
void add_compare_command(CLI::App& program, base::ExitStatus& status);
void add_report_command(CLI::App& program, base::ExitStatus& status);
void add_export_command(CLI::App& program, base::ExitStatus& status);
void add_mark_command(CLI::App& program, base::ExitStatus& status);
void add_recover_command(CLI::App& program, base::ExitStatus& status);
void add_journals_command(CLI::App& program, base::ExitStatus& status);
void add_validate_command(CLI::App& program, base::ExitStatus& status);

}  // namespace tscollect::tool
