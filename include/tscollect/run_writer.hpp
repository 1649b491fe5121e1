#pragma once

#include <tscollect/export.hpp>
#include <tscollect/run_file.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tscollect {

/// One source of a host to write.
struct SourceColumns {
  SourceLayout layout;
  /// [n_rows × n_fields], device by device; [n_fields] for a flat source. Each column has one cell
  /// per sample and the type given in the layout.
  std::vector<Column> columns;
};

/// One host to write. Only `times` of SampleTimes is required: missing ticks become 0, 1, 2, …, and
/// the other lists 0.
struct HostColumns {
  std::string name;  ///< unique in the run
  SampleTimes times;
  std::vector<SourceColumns> sources;
};

/// Writes a run's file that RunReader, `tscollect` and other readers of the format accept. The file
/// appears under its name when finish() has written it completely; without finish() no file
/// remains. The host table is computed from the columns: gaps between ticks count as missed
/// samples, decreasing counters as resets. Threads: see RunReader.
class TSCOLLECT_EXPORT RunWriter {
 public:
  /// Throws FileError if no file can be created in the folder, or if the file exists and `replace`
  /// is false.
  RunWriter(const std::filesystem::path& file, std::chrono::nanoseconds interval,
            bool replace = false);
  RunWriter(RunWriter&&) noexcept;
  RunWriter& operator=(RunWriter&&) noexcept;
  ~RunWriter();

  /// Throws std::invalid_argument if lengths, types or names are inconsistent, FileError if writing
  /// fails. Memory is that of one host's compressed columns.
  void add_host(const HostColumns& host);

  /// Uses the members of the description that do not follow from the hosts: title (generated if
  /// empty), collection_method, stop_reason, labels, job_ids, history. Also writes the sidecar;
  /// if only that fails, FileError is thrown after the run's file has its name.
  void finish(const RunDescription& run = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tscollect
