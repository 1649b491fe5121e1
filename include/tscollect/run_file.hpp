#pragma once

#include <tscollect/export.hpp>
#include <tscollect/file_error.hpp>
#include <tscollect/source.hpp>
#include <tscollect/time.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Contents of a run's HDF5 file, for RunReader and RunWriter. docs/file-format.md describes the
/// file itself. HDF5's headers are not needed.
namespace tscollect {

/// State of a host that was expected or that joined.
enum class HostState : std::uint8_t {
  complete,  ///< every sample that was due is in the file
  partial,   ///< in the file, but samples were lost (missed, dropped) or a source failed throughout
  missing,   ///< expected, but the file has no data of it
  recovered,  ///< recovered from its journal
};

/// Whether the file holds all expected data.
enum class Completeness : std::uint8_t { complete, incomplete, recovered };

/// As written in the file: "complete", "partial", …
[[nodiscard]] TSCOLLECT_EXPORT std::string_view to_string(HostState state) noexcept;
[[nodiscard]] TSCOLLECT_EXPORT std::string_view to_string(Completeness completeness) noexcept;

/// The run as a whole.
struct RunDescription {
  std::string title = {};
  double interval_seconds = 10.0;  ///< between two ticks
  std::string start_time = {};     ///< UTC, "YYYY-MM-DDTHH:MM:SS.fffZ"; empty without samples
  std::string end_time = {};
  std::int64_t samples = 0;  ///< sum over all hosts
  std::string collection_method = "local";
  std::vector<std::string> hosts_requested = {};
  std::vector<std::string> hosts_collected = {};
  Completeness completeness = Completeness::complete;
  std::string stop_reason = {};
  std::map<std::string, std::string> labels = {};   ///< from the option --label
  std::map<std::string, std::string> job_ids = {};  ///< "SLURM_JOB_ID" → "4711"
  std::string history = {};
};

/// One host as the file's host table has it.
struct HostDescription {
  std::string name = {};
  HostState state = HostState::complete;
  std::string reason = {};  ///< why it is not complete; empty if it is
  std::int64_t samples = 0;
  std::int64_t missed_ticks = 0;
  std::int64_t dropped_samples = 0;
  std::int64_t failed_readings = 0;  ///< readings of a source that failed
  std::int64_t counter_resets = 0;
  WallTime first_time{};  ///< of the first sample, by the host's own clock; 1970 without samples
  WallTime last_time{};
  std::int64_t clock_offset_ns = 0;        ///< this host's clock minus that of rank 0, at start
  std::int64_t clock_uncertainty_ns = -1;  ///< of the offset; -1: not measured
};

/// Description of one source of one host. Shape of its cells: [n_samples × n_fields] for a flat
/// source (vmstat), [n_samples × n_rows × n_fields] for a source with devices (diskstats).
struct SourceLayout {
  std::string name;                           ///< "diskstats"
  ValueType type = ValueType::integer;        ///< of every cell
  std::vector<FieldDescription> fields = {};  ///< [n_fields] name, unit, kind, width
  std::string row_dimension = {};             ///< "disk"; empty for a flat source
  std::string row_name_field = {};            ///< "device_name", its name in JSON; empty if flat
  std::vector<std::string> rows = {};         ///< [n_rows] names of devices; empty if flat
  std::string kernel_document = {};           ///< where the kernel documents the file
  std::string summary = {};                   ///< one line
};

/// A half-open range of times: from ≤ t < until, UTC by the sampling host's clock.
struct TimeRange {
  WallTime from = WallTime::min();
  WallTime until = WallTime::max();
};

/// Times of the samples; all lists are [n_samples].
struct SampleTimes {
  std::vector<WallTime> times;            ///< UTC by the host's clock
  std::vector<std::int64_t> ticks;        ///< tick numbers, increasing; gaps are missed ticks
  std::vector<std::int64_t> lateness_ns;  ///< how long after its tick the sample started
  std::vector<std::int64_t> duration_ns;  ///< how long the sample took
};

/// The cells of one field over time, of one device if the source has devices. A missing integer is
/// `missing_integer`, a missing real is NaN.
struct Column {
  ValueType type = ValueType::integer;
  bool is_uint64 = false;                        ///< the integers are the bits of uint64
  std::vector<std::int64_t> integer_cells = {};  ///< [n_samples] if the type is integer, else empty
  std::vector<double> real_cells = {};           ///< [n_samples] if the type is real, else empty

  [[nodiscard]] std::span<const std::int64_t> integers() const noexcept { return integer_cells; }
  [[nodiscard]] std::span<const double> reals() const noexcept { return real_cells; }
  [[nodiscard]] std::size_t size() const noexcept {
    return type == ValueType::integer ? integer_cells.size() : real_cells.size();
  }
  /// `sample` must be less than size().
  [[nodiscard]] bool is_missing(std::size_t sample) const noexcept {
    return type == ValueType::integer ? integer_cells[sample] == missing_integer
                                      : real_cells[sample] != real_cells[sample];
  }
  [[nodiscard]] std::size_t missing_cells() const noexcept {
    std::size_t count = 0;
    for (std::size_t i = 0; i < size(); ++i) count += is_missing(i) ? 1 : 0;
    return count;
  }
};

}  // namespace tscollect
