#pragma once

#include <tscollect/export.hpp>
#include <tscollect/run_file.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

namespace tscollect {

/// One open host of a file. It keeps the file open and is cheap to copy.
class TSCOLLECT_EXPORT RunHost {
 public:
  struct State;
  explicit RunHost(std::shared_ptr<const State> state);

  [[nodiscard]] const HostDescription& description() const;
  /// In the order of the file.
  [[nodiscard]] const std::vector<SourceLayout>& sources() const;

  /// The samples from the first to the last one whose time lies in the range. If the clock was set
  /// back in between, some of them may lie outside the range.
  [[nodiscard]] SampleTimes times(const TimeRange& range = {}) const;

  /// One field of a flat source ("meminfo", "MemAvailable") for the same samples. Values are the
  /// kernel's own, in the unit given in SourceLayout::fields. Throws FileError on an unknown name.
  [[nodiscard]] Column column(std::string_view source, std::string_view field,
                              const TimeRange& range = {}) const;
  /// One field of one device ("diskstats", "sda", "reads_completed").
  [[nodiscard]] Column device_column(std::string_view source, std::string_view device,
                                     std::string_view field, const TimeRange& range = {}) const;

 private:
  std::shared_ptr<const State> state_;
};

/// Reads a run's file by columns. Data are read only when asked for: memory is that of the returned
/// columns and of the names and times of the open hosts. The file may be untrusted: data that do
/// not match the layout are a FileError, which names the file and the object. Only one thread may
/// use HDF5 at a time: call all readers and writers of a process from one thread, or under one
/// lock.
class TSCOLLECT_EXPORT RunReader {
 public:
  /// Throws FileError if the file cannot be opened, is not tscollect's, or has a later major schema
  /// version.
  explicit RunReader(const std::filesystem::path& file);

  [[nodiscard]] const RunDescription& run() const;
  /// All hosts of the host table, including missing ones.
  [[nodiscard]] const std::vector<HostDescription>& hosts() const;
  /// Throws FileError if the table has no such host, or the file has no data of it.
  [[nodiscard]] RunHost host(std::string_view name) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace tscollect
