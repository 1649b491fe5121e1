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

/// A value as printed by the kernel: uint64 only if it does not fit int64.
using Value = std::variant<std::int64_t, std::uint64_t, double>;

/// Field names and values, in the kernel's order. A missing field has no entry.
using Fields = std::vector<std::pair<std::string, Value>>;

/// One device's row: a disk of diskstats, an interface of net/dev.
struct DeviceFields {
  std::string name;
  Fields fields;

  bool operator==(const DeviceFields&) const = default;
};

/// Values of one source: its fields, or one row per device.
using SourceValues = std::variant<Fields, std::vector<DeviceFields>>;

/// One sample of one host. As JSON it has the reference collector's shape, with a member for each
/// source. A source that was not collected or that failed is absent; `errors` names those that
/// failed.
struct TSCOLLECT_EXPORT TimeSeriesSample {
  std::string timestamp;  ///< UTC, "YYYY-MM-DDTHH:MM:SS.fffZ"
  std::string hostname;
  std::map<std::string, SourceValues> sources;  ///< by source name: "diskstats", "vmstat", …
  std::optional<std::map<std::string, std::string>> errors;  ///< source name to message

  /// The fields of a flat source (vmstat, loadavg, meminfo); nullptr if absent or with devices.
  [[nodiscard]] const Fields* fields(const std::string& source) const;
  /// The rows of a source with devices (diskstats, netdev); nullptr if absent or flat.
  [[nodiscard]] const std::vector<DeviceFields>* devices(const std::string& source) const;

  bool operator==(const TimeSeriesSample&) const = default;
};

/// What to sample.
struct SampleOptions {
  std::filesystem::path procfs = "/proc";
  std::filesystem::path sysfs = "/sys";
  std::vector<std::string> sources = default_source_names();
  /// Those of `sources` that are skipped without an error on a host that lacks them. Any other
  /// source that cannot be read is an error in every sample.
  std::vector<std::string> sources_if_present = {"cpu", "pressure"};
  /// Of all sources, those that are read beside the others, on threads of their own, as are some by
  /// themselves: a reading that is not back in time is missing in its sample. Where one sample is
  /// taken, everything is read in turn.
  std::vector<std::string> slow_sources;
  std::string hostname;         ///< empty: this host's
  std::string include_devices;  ///< regular expression of RE2, searched; empty: all
  std::string exclude_devices;  ///< regular expression of RE2, searched; empty: none
};

/// Takes one sample of this host now. Failed sources do not fail the call: they are absent and
/// named in `errors`. Throws std::invalid_argument on an unknown source or a malformed expression.
[[nodiscard]] TSCOLLECT_EXPORT TimeSeriesSample
collect_timeseries_sample(const SampleOptions& options = {});

}  // namespace tscollect
