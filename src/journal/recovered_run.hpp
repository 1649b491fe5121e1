#pragma once

#include "base/exit_status.hpp"
#include "journal/journal_set.hpp"
#include "block/host_block.hpp"
#include "block/run_info.hpp"
#include "marks/marks_file.hpp"
#include "store/run_file/run_file_writer.hpp"

#include <tscollect/result.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tscollect::journal {

/// Messages about a host recovered from its journal.
struct RecoveryNote {
  bool whole = true;               ///< every sample that the host took is there
  std::string why;                 ///< for the host table
  std::vector<std::string> lines;  ///< messages for the user
};

struct RecoveredHost {
  block::HostBlock block;
  RecoveryNote finding;
};

/// Builds a host's block from the parts of its journal, which belong to `owner`. Error: no part is
/// left.
[[nodiscard]] Result<RecoveredHost> recover_host(std::span<const std::filesystem::path> parts,
                                                 uid_t owner);

/// A run being recovered: collects the outcome of each host, for messages and for the file.
class RecoveredRun {
 public:
  /// `logger` precedes every message.
  explicit RecoveredRun(std::string logger) : logger_(std::move(logger)) {}

  void say(const std::string& line) const;

  /// Reports what was found and is not used: other users' journals, and files that are not
  /// journals.
  void log_unused(const journal::Found& found) const;

  /// Reports the runs.
  void log_runs(std::span<const journal::Run> runs) const;

  /// Keeps the journals of that run, each part of each host once. A refused file counts as a lost
  /// host if it has the name of a journal of this run, or if `all_are_of_it`.
  void choose(const std::string& run_id, journal::Found& found, bool all_are_of_it);

  void add(const block::HostSummary& summary, const RecoveryNote& finding);
  /// Records a host whose journal could not be read.
  void leave_out(const std::string& host, const std::string& why);
  void add_missing(std::span<const journal::Contents> journals);

  /// Takes the marks of the run, of whose journals one has this `header`: from `given`, or else
  /// from where the journals say that they are, or beside `output`, as far as they are there and
  /// `owner`'s. Error: `given` cannot be taken.
  [[nodiscard]] Result<void> take_marks(const std::filesystem::path& given, const Header& header,
                                        const std::filesystem::path& output, uid_t owner);

  /// Writes the run's attributes, the host table and the sidecar, after the hosts' blocks. `header`
  /// is that of any of the journals. Throws store::StoreError.
  [[nodiscard]] base::ExitStatus finish(store::RunFileWriter& writer, const base::FilePlace& target,
                                        base::Existing existing, const journal::Header& header);

 private:
  void note_early_ends(std::int64_t interval_ns);
  [[nodiscard]] block::RunInfo describe(const journal::Header& header) const;

  std::string logger_;
  std::vector<block::HostOutcome> outcomes_;
  marks::Marks marks_;
  bool all_there_ = true;
};

}  // namespace tscollect::journal
