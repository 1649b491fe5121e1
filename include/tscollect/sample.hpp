#pragma once

#include <tscollect/export.hpp>
#include <tscollect/source.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tscollect {

/// A value as the kernel printed it: uint64 only where it does not fit int64.
using Value = std::variant<std::int64_t, std::uint64_t, double>;

/// Field name and value, in the kernel's order. A field that is missing has no entry.
using Fields = std::vector<std::pair<std::string, Value>>;

/// One device's row: a disk of diskstats, an interface of net/dev.
struct DeviceFields {
  std::string name;
  Fields fields;

  bool operator==(const DeviceFields&) const = default;
};

/// What one source said: its fields, or for a source of devices one row per device.
using SourceValues = std::variant<Fields, std::vector<DeviceFields>>;

/// One sample of one host; as JSON it has the reference collector's shape, each source a member of
/// its own. A source that was not collected or that failed is absent; `errors` says which failed.
struct TSCOLLECT_EXPORT TimeSeriesSample {
  std::string timestamp;  ///< UTC, "YYYY-MM-DDTHH:MM:SS.fffZ"
  std::string hostname;
  std::map<std::string, SourceValues> sources;  ///< by source name: "diskstats", "vmstat", …
  std::optional<std::map<std::string, std::string>> errors;  ///< source name to message

  /// The fields of a flat source (vmstat, loadavg, meminfo); nullptr if absent or not flat.
  [[nodiscard]] const Fields* fields(const std::string& source) const;
  /// The rows of a source of devices (diskstats, netdev); nullptr if absent or flat.
  [[nodiscard]] const std::vector<DeviceFields>* devices(const std::string& source) const;

  bool operator==(const TimeSeriesSample&) const = default;
};

/// Where and what to sample.
struct SampleOptions {
  std::filesystem::path procfs = "/proc";
  std::filesystem::path sysfs = "/sys";
  std::vector<std::string> sources = default_source_names();
  /// Of these, those that a host that does not have them goes without; any other that cannot be
  /// read is an error in every sample.
  std::vector<std::string> sources_if_present = {"cpu", "pressure"};
  /// Of all sources, those that are read beside the others, on threads of their own, as are some by
  /// themselves: a reading that is not back in time is missing in its sample. Where one sample is
  /// taken, everything is read in turn.
  std::vector<std::string> slow_sources;
  std::string hostname;         ///< empty: this host's
  std::string include_devices;  ///< regular expression of RE2, searched; empty: all
  std::string exclude_devices;  ///< regular expression of RE2, searched; empty: none
};

/// Takes one sample of this host now. Never fails as a whole: what could not be read is absent and
/// named in `errors`. Throws std::invalid_argument on an unknown source or a malformed expression.
[[nodiscard]] TSCOLLECT_EXPORT TimeSeriesSample
collect_timeseries_sample(const SampleOptions& options = {});

}  // namespace tscollect
