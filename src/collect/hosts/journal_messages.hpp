#pragma once

#include "collect/hosts/known_host.hpp"

#include <filesystem>
#include <string>

namespace tscollect::collect {

/// Reports journals of runs that ended abnormally, as found by the hosts, and how to recover them.
void log_abandoned_journals(const KnownHosts& hosts);

/// Reports hosts that sample without a journal, and why.
void log_missing_journals(const KnownHosts& hosts);

/// A shell pattern for all journals of the run in the folder of this one.
[[nodiscard]] std::string journal_pattern(const std::filesystem::path& journal,
                                          const std::string& run_id);

/// "; if killed: tscollect recover -o run.h5 <journals>", printed in advance, as a launcher may
/// kill a job without warning. Empty if there is no journal.
[[nodiscard]] std::string if_killed(const std::filesystem::path& journal, const std::string& run_id,
                                    const std::filesystem::path& output);

/// The command that writes the run's file from the journals, once they are in one place; empty:
/// there are none.
[[nodiscard]] std::string recovery_command(const KnownHosts& hosts, const std::string& run_id,
                                           const std::filesystem::path& output);

/// Reports where this run's journals are and prints the command that recovers the run's file.
/// Prints nothing if there are none.
void log_how_to_recover(const KnownHosts& hosts, const std::string& run_id,
                        const std::filesystem::path& output);

}  // namespace tscollect::collect
