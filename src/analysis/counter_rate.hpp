#pragma once

#include "block/counter_rise.hpp"
#include "store/run_file/run_file_reader.hpp"

#include <tscollect/source.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

namespace tscollect::analysis {

using block::counter_rise;

/// The time between each sample and the previous one, for consecutive parts of a host.
class IntervalClock {
 public:
  explicit IntervalClock(double interval_seconds) : interval_seconds_(interval_seconds) {}

  /// Uses the monotonic clock, so that a step of the wall clock does not affect rates. The interval
  /// of the very first sample is 0.
  void take(const store::HostTimes& times);

  /// Interval lengths of the samples passed last.
  [[nodiscard]] const std::vector<double>& seconds() const noexcept { return seconds_; }
  /// Shortest interval that counts for peaks: the last sample, taken at stop, may follow the
  /// previous one immediately, and its rate would be noise.
  [[nodiscard]] double shortest_for_peak() const noexcept { return interval_seconds_ / 2; }

 private:
  struct Moment {
    std::int64_t tick = 0;
    std::int64_t lateness_ns = 0;
  };

  double interval_seconds_;
  std::optional<Moment> last_;
  std::vector<double> seconds_;
};

/// Rates per second, over the intervals with known ends and without a reset.
struct Rate {
  double mean = 0;
  double peak = 0;
};

/// Follows one counter, sample by sample.
class RateMeter {
 public:
  /// `limit`: a larger increase per second also counts as a reset.
  explicit RateMeter(int width_bits = 64, double limit = std::numeric_limits<double>::infinity())
      : width_bits_(width_bits), limit_(limit) {}

  /// `bits`: missing_integer if there is no value. `seconds`: since the previous sample.
  void take(std::int64_t bits, double seconds, double shortest_for_peak);

  [[nodiscard]] Rate rate() const;

 private:
  int width_bits_;
  double limit_;
  std::int64_t before_ = missing_integer;
  double sum_ = 0;
  double covered_ = 0;
  double peak_ = 0;
};

/// Index of a field in a source; nothing if it has no field of that name.
[[nodiscard]] std::optional<std::size_t> find_field(const block::HostSource& source,
                                                    std::string_view name);

/// A cell as a number, whatever the array's type; nothing if it is missing.
[[nodiscard]] std::optional<double> number_of(std::int64_t bits, ValueType array_type);

}  // namespace tscollect::analysis
