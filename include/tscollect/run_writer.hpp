#pragma once

#include <tscollect/export.hpp>
#include <tscollect/run_file.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tscollect {

/// One source of a host, to be written.
struct SourceColumns {
  SourceLayout layout;
  /// [n_rows × n_fields], a device after the other; [n_fields] for a flat source. Each is as long
  /// as the host has samples, and of the type of the layout.
  std::vector<Column> columns;
};

/// One host, to be written. Of SampleTimes only `times` has to be filled: ticks are then 0, 1, 2, …
/// and the others 0.
struct HostColumns {
  std::string name;  ///< unique in the run
  SampleTimes times;
  std::vector<SourceColumns> sources;
};

/// Writes a run's file that RunReader, `tscollect` and every reader of the format take. The file
/// appears under its name when finish() has written it whole; without finish() nothing stays. The
/// host table follows from the columns: gaps between ticks count as missed, and counters that fall
/// as resets. For threads see RunReader.
class TSCOLLECT_EXPORT RunWriter {
 public:
  /// Throws FileError if the folder takes no file, or if there is a file and `replace` is false.
  RunWriter(const std::filesystem::path& file, std::chrono::nanoseconds interval,
            bool replace = false);
  RunWriter(RunWriter&&) noexcept;
  RunWriter& operator=(RunWriter&&) noexcept;
  ~RunWriter();

  /// Throws std::invalid_argument if lengths, types or names do not fit each other, FileError if it
  /// cannot be written. Memory is that of one host's compressed columns.
  void add_host(const HostColumns& host);

  /// Of the description counts what does not follow from the hosts: title (empty: made up),
  /// collection_method, stop_reason, labels, job_ids, history. Writes the sidecar, too.
  void finish(const RunDescription& run = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tscollect
