#pragma once

#include "collect/known_host.hpp"

#include <filesystem>
#include <string>

namespace tscollect::collect {

/// Says on standard error which journals of runs that ended badly the hosts have found, and how to
/// recover them.
void log_abandoned_journals(const KnownHosts& hosts);

/// Says which hosts sample without a journal, if any, and why.
void log_missing_journals(const KnownHosts& hosts);

/// All journals of the run that lie in the folder of this one, as a pattern for the shell.
[[nodiscard]] std::string journal_pattern(const std::filesystem::path& journal,
                                          const std::string& run_id);

/// "; if killed: tscollect recover -o run.h5 <journals>", for a launcher may end a job without
/// leaving it the time to say so. Empty if there is no journal.
[[nodiscard]] std::string if_killed(const std::filesystem::path& journal, const std::string& run_id,
                                    const std::filesystem::path& output);

/// The command that writes the run's file from the journals, once they are in one place; empty:
/// there are none.
[[nodiscard]] std::string recovery_command(const KnownHosts& hosts, const std::string& run_id,
                                           const std::filesystem::path& output);

/// Says where this run's journals are and prints the command that makes the run's file of them,
/// ready to paste. Silent if there are none.
void log_how_to_recover(const KnownHosts& hosts, const std::string& run_id,
                        const std::filesystem::path& output);

}  // namespace tscollect::collect
