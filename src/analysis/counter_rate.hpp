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

/// The time between each sample and the one before, part after part of a host.
class IntervalClock {
 public:
  explicit IntervalClock(double interval_seconds) : interval_seconds_(interval_seconds) {}

  /// On the monotonic clock, so that a step of the wall clock makes no rate absurd. That of the
  /// first sample of all is 0.
  void take(const store::HostTimes& times);

  /// Of the samples taken last.
  [[nodiscard]] const std::vector<double>& seconds() const noexcept { return seconds_; }
  /// A peak over less than this would say nothing: the last sample, taken at stop, may follow the
  /// one before at once.
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

/// Per second; over the intervals of which both ends are known and no reset lies between.
struct Rate {
  double mean = 0;
  double peak = 0;
};

/// Follows one counter, sample after sample.
class RateMeter {
 public:
  /// `limit`: a rise faster than that, per second, is a reset too.
  explicit RateMeter(int width_bits = 64, double limit = std::numeric_limits<double>::infinity())
      : width_bits_(width_bits), limit_(limit) {}

  /// `bits`: missing_integer where there is no value. `seconds`: since the sample before.
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

/// Place of a field in a source; nothing if it has none of that name.
[[nodiscard]] std::optional<std::size_t> find_field(const block::HostSource& source,
                                                    std::string_view name);

/// A cell as a number, whatever the array's type; nothing where there is no value.
[[nodiscard]] std::optional<double> number_of(std::int64_t bits, ValueType array_type);

}  // namespace tscollect::analysis
