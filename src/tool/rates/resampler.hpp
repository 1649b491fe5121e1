#pragma once

#include <functional>

namespace tscollect::tool {

/// One value of one quantity: over the `seconds` that are known before `end`, in seconds since
/// tick 0.
struct IntervalValue {
  double end = 0;
  double seconds = 0;
  double value = 0;
};

/// Puts the intervals of one series together to such of a fixed length, which begin at tick 0. An
/// interval at an edge is divided between both; what is missing is left out, and the rest is told
/// as the seconds that are known.
class Resampler {
 public:
  /// `every`: 0 leaves intervals as they are.
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
