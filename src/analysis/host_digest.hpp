#pragma once

#include "analysis/counter_rate.hpp"
#include "analysis/time_span.hpp"
#include "store/run_file/run_file_reader.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tscollect::analysis {

/// One error message of a source, with all its occurrences.
struct ErrorDigest {
  std::string source;
  std::string message;
  std::int64_t count = 0;
  std::int64_t first_row = 0;
  std::int64_t last_row = 0;
  std::int64_t first_tick = 0;  ///< events are ordered by ticks, as clocks may have been set
  std::int64_t last_tick = 0;
  std::int64_t first_time_ns = 0;  ///< UTC, on the host's clock
  std::int64_t last_time_ns = 0;
};

/// Adds another's count and times to `sum`.
void add_times(ErrorDigest& sum, const ErrorDigest& one);

/// Devices excluded by the run's filters.
struct LeftOut {
  std::string source;
  std::vector<std::string> devices;

  bool operator==(const LeftOut&) const = default;
};

/// MemAvailable over the run.
struct MemoryUse {
  double first_kib = 0;
  double last_kib = 0;
  double lowest_kib = 0;
  std::int64_t lowest_time_ns = 0;
};

/// Invalid values: memory of 2^63 KiB or more is a difference in the kernel that became negative.
struct ImpossibleMemory {
  std::int64_t count = 0;
  std::uint64_t first_kib = 0;  ///< the first one, as printed by the kernel
  std::int64_t first_time_ns = 0;
};

/// A counter of a flat source that changed.
struct CounterActivity {
  std::string source;
  std::string field;
  std::string unit;
  Rate rate;
};

/// What went wrong on one host, and which of its counters moved: the busiest first, and those of
/// time last.
struct HostDigest {
  block::HostSummary summary;
  std::int64_t last_tick = -1;  ///< -1: no samples
  std::optional<TimeSpan> span;
  std::vector<block::TickGap> gaps;  ///< the first ones; summary.gap_count is their total number
  std::vector<ErrorDigest> errors;
  std::vector<block::CounterReset>
      resets;  ///< the first ones; summary.reset_count is their total number
  std::vector<LeftOut> left_out;
  std::optional<MemoryUse> memory;  ///< without invalid values
  std::optional<ImpossibleMemory> impossible_memory;
  std::optional<double> highest_load;  ///< of load_1min
  std::vector<CounterActivity> counters;
};

/// Builds the digest of a host while its samples are read. Memory is proportional to the number of
/// columns, not of samples.
class DigestBuilder final : public store::HostVisitor {
 public:
  /// `layout` must outlive this object.
  DigestBuilder(const store::ReadHost& layout, double interval_seconds);

  void take_times(const store::HostTimes& times) override;
  void take_cells(const store::HostTimes& times, const store::CellBlock& cells) override;

  [[nodiscard]] HostDigest finish();

 private:
  /// The followed columns of one source.
  struct Followed {
    std::vector<std::int32_t> meter_of;  ///< by row and field; -1: none
    std::vector<RateMeter> meters;
  };

  void follow(std::size_t index);
  void take_memory(std::int64_t time_ns, std::int64_t bits, bool is_unsigned);
  void take_level(const store::HostTimes& times, const store::CellBlock& cells);
  void add_counters(std::size_t index);

  const store::ReadHost& layout_;
  double interval_seconds_;
  IntervalClock clock_;
  std::vector<Followed> followed_;  ///< by source
  HostDigest digest_;
};

/// Digest of a host in memory.
[[nodiscard]] HostDigest digest_of(const store::ReadHost& host, double interval_seconds);

}  // namespace tscollect::analysis
