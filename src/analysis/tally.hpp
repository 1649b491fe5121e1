#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace tscollect::analysis {

/// A part of the run, in seconds since tick 0.
struct Period {
  double begin = 0;
  double end = 0;

  [[nodiscard]] double seconds() const { return end - begin; }
  /// Fraction of the interval that lies in the period: 0 to 1.
  [[nodiscard]] double share_of(double interval_end, double interval_seconds) const {
    if (interval_seconds <= 0) return 0;
    const double overlap =
        std::min(end, interval_end) - std::max(begin, interval_end - interval_seconds);
    return std::clamp(overlap / interval_seconds, 0.0, 1.0);
  }
};

/// Mean and extremes of a quantity over a period. An interval at the edge enters the mean with the
/// fraction that lies in the period. Extremes use only intervals that lie mostly in the period and
/// are not much shorter than the others: the last sample, taken at stop, may follow the previous
/// one immediately.
class Tally {
 public:
  void add(const Period& period, double numerator, double denominator, double interval_end,
           double interval_seconds, double shortest_for_extremes) {
    if (!std::isfinite(numerator) || denominator <= 0) return;
    const double share = period.share_of(interval_end, interval_seconds);
    if (share <= 0) return;
    numerator_ += share * numerator;
    denominator_ += share * denominator;
    constexpr double mostly = 0.5;
    if (share < mostly || interval_seconds < shortest_for_extremes) return;
    const double value = numerator / denominator;
    highest_ = std::max(highest_.value_or(value), value);
    if (lowest_ && *lowest_ <= value) return;
    lowest_ = value;
    lowest_at_ = interval_end;
  }

  /// Nothing if no value is known.
  [[nodiscard]] std::optional<double> mean() const {
    if (denominator_ <= 0) return std::nullopt;
    return numerator_ / denominator_;
  }
  [[nodiscard]] std::optional<double> peak() const { return highest_ ? highest_ : mean(); }
  [[nodiscard]] std::optional<double> lowest() const { return lowest_ ? lowest_ : mean(); }
  /// Seconds, or for a ratio the sum of its denominators.
  [[nodiscard]] double weight() const { return denominator_; }
  /// End of the interval with the lowest value, in seconds since tick 0.
  [[nodiscard]] double lowest_at() const { return lowest_at_; }

 private:
  double numerator_ = 0;
  double denominator_ = 0;
  std::optional<double> highest_;
  std::optional<double> lowest_;
  double lowest_at_ = 0;
};

}  // namespace tscollect::analysis
