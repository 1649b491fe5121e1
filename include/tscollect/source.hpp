#pragma once

#include <tscollect/export.hpp>
#include <tscollect/result.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect {

/// How a value behaves over time. Counters are cumulative and are stored as they are, not as rates.
enum class Kind : std::uint8_t { counter, gauge, unknown };

/// How a value is stored: an integer as 64 bits, a real as IEEE 754 binary64.
enum class ValueType : std::uint8_t { integer, real };

/// "counter", "gauge" or "unknown", as in the file's `<source>_kind`.
[[nodiscard]] TSCOLLECT_EXPORT std::string_view to_string(Kind kind) noexcept;

/// Missing integer cell: the smallest int64, the fill value of every integer array.
/// (Missing real cells are quiet NaN.)
inline constexpr std::int64_t missing_integer = std::numeric_limits<std::int64_t>::min();

/// One field of a source: a key of vmstat, a statistic of diskstats.
struct FieldDescription {
  std::string name;                     ///< the name in JSON and in the file
  std::string unit;                     ///< the kernel's own: "KiB", "ms", "pages", "count", …
  Kind kind = Kind::unknown;            ///< counter or gauge
  ValueType type = ValueType::integer;  ///< real only where the kernel prints decimals
  int width_bits = 64;                  ///< where a counter wraps; 0: as wide as the kernel's word

  bool operator==(const FieldDescription&) const = default;
};

/// What a source reads and what its values mean. A flat source has one row of fields (vmstat); a
/// source with devices has one row per device (diskstats), along the dimension `row_dimension`.
struct SourceDescription {
  std::string_view name;             ///< "diskstats": in options, JSON and the file
  std::string_view path;             ///< relative to the root: "net/dev", "pressure/*"
  std::string_view kernel_document;  ///< URL of the kernel's documentation of the file
  std::string_view summary;          ///< one line for --list-sources
  std::string_view row_dimension;    ///< "disk", "interface"; empty for flat sources
  std::string_view row_name_field;   ///< "device_name": the device's name in JSON; empty if flat
  ValueType value_type =
      ValueType::integer;    ///< of its array in the file: real if any field is real
  bool is_in_sysfs = false;  ///< relative to the root of sysfs, not procfs
};

/// Every source of this build, in the order in which they are sampled and stored.
[[nodiscard]] TSCOLLECT_EXPORT std::vector<SourceDescription> source_descriptions();

/// The five sources of the reference collector: diskstats, vmstat, loadavg, meminfo, netdev.
[[nodiscard]] TSCOLLECT_EXPORT std::vector<std::string> reference_source_names();

/// Names of the sources sampled by default: those five, cpu and pressure.
[[nodiscard]] TSCOLLECT_EXPORT std::vector<std::string> default_source_names();

/// The sources to sample, in the registry's order.
struct SourceSelection {
  std::vector<std::string> names;
  /// Those of `names` that were not named explicitly: a host that lacks one skips it without an
  /// error.
  std::vector<std::string> if_present;

  bool operator==(const SourceSelection&) const = default;
};

/// Parses a list as given to --sources: names separated by commas, "all", "default", "reference"
/// (the five), "-name" to remove one (from the default set if the list only removes). Sources that
/// are neither one of the five nor named explicitly are in `if_present`. Error: names the unknown
/// word and lists the known ones.
[[nodiscard]] TSCOLLECT_EXPORT Result<SourceSelection> select_sources(std::string_view list);

}  // namespace tscollect
