#pragma once

#include <tscollect/export.hpp>
#include <tscollect/run_file.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

namespace tscollect {

/// One host of a file, open; it keeps the file open. Cheap to copy.
class TSCOLLECT_EXPORT RunHost {
 public:
  struct State;
  explicit RunHost(std::shared_ptr<const State> state);

  [[nodiscard]] const HostDescription& description() const;
  /// In the order of the file.
  [[nodiscard]] const std::vector<SourceLayout>& sources() const;

  /// The samples from the first to the last one whose time lies in the range. Where a clock was set
  /// back meanwhile, some between them may lie outside of it.
  [[nodiscard]] SampleTimes times(const TimeRange& range = {}) const;

  /// The same samples of one field of a flat source ("meminfo", "MemAvailable"). Values are the
  /// kernel's own, in the unit of SourceLayout::fields. Throws FileError on an unknown name.
  [[nodiscard]] Column column(std::string_view source, std::string_view field,
                              const TimeRange& range = {}) const;
  /// Of one device of a source of devices ("diskstats", "sda", "reads_completed").
  [[nodiscard]] Column device_column(std::string_view source, std::string_view device,
                                     std::string_view field, const TimeRange& range = {}) const;

 private:
  std::shared_ptr<const State> state_;
};

/// Reads a run's file by columns. What is read stays on the disk until it is asked for: memory is
/// that of the columns returned, and of the names and times of the hosts that are open. The file
/// may come from anybody: what does not fit its layout is a FileError, which names file and object.
/// HDF5 is used by one thread at a time: all readers and writers of a process are to be called from
/// one thread, or under one lock.
class TSCOLLECT_EXPORT RunReader {
 public:
  /// Throws FileError if it cannot be opened, is none of tscollect's, or of a later major schema.
  explicit RunReader(const std::filesystem::path& file);

  [[nodiscard]] const RunDescription& run() const;
  /// All of the host table, missing ones included.
  [[nodiscard]] const std::vector<HostDescription>& hosts() const;
  /// Throws FileError if the table has no such host, or the file nothing of it.
  [[nodiscard]] RunHost host(std::string_view name) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace tscollect
