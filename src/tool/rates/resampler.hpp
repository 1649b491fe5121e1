#pragma once

#include <functional>

namespace tscollect::tool {

/// One value of one quantity: over the known `seconds` before `end`, which is in seconds since tick
/// 0.
struct IntervalValue {
  double end = 0;
  double seconds = 0;
  double value = 0;
};

/// Combines the intervals of one series into intervals of a fixed length, beginning at tick 0. An
/// interval across an edge is divided. Missing values are left out; `seconds` is the time with
/// known values.
class Resampler {
 public:
  /// `every`: 0 keeps the intervals.
  explicit Resampler(double every) : every_(every) {}

  void add(double end, double seconds, double numerator, double denominator,
           const std::function<void(const IntervalValue&)>& take);
  void finish(const std::function<void(const IntervalValue&)>& take);

 private:
  void take_bin(const std::function<void(const IntervalValue&)>& take);

  double every_;
  double bin_ = 0;
  bool is_open_ = false;
  double numerator_ = 0;
  double denominator_ = 0;
  double seconds_ = 0;
};

}  // namespace tscollect::tool
