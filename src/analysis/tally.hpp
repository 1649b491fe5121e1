#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
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

/// Mean and extremes of a quantity over a period. The mean is that of the intervals that lie wholly
/// in the period, if there are three of them: what happened in an interval at the edge may have
/// happened on either side of it, and a share of it would mix the idle time before a phase into its
/// throughput. In a shorter period, an interval at the edge enters the mean with the fraction that
/// lies in the period. Extremes use only intervals that lie mostly in the period and
/// are not much shorter than the others: the last sample, taken at stop, may follow the previous
/// one immediately. A gap (see series_reader.hpp) enters the mean of periods that contain all of
/// it, and no extreme.
class Tally {
 public:
  void add(const Period& period, double numerator, double denominator, double interval_end,
           double interval_seconds, double shortest_for_extremes) {
    if (!std::isfinite(numerator)) return;
    const double share = period.share_of(interval_end, interval_seconds);
    if (share <= 0) return;
    if (denominator <= 0) {  // time without events
      add_gap(period, numerator, 0, interval_end - interval_seconds, interval_end);
      return;
    }
    shares_.add(share * numerator, share * denominator);
    if (share >= nearly_all) whole_.add(share * numerator, share * denominator);
    constexpr double mostly = 0.5;
    if (share < mostly || interval_seconds < shortest_for_extremes) return;
    const double value = numerator / denominator;
    highest_ = std::max(highest_.value_or(value), value);
    if (lowest_ && *lowest_ <= value) return;
    lowest_ = value;
    lowest_at_ = interval_end;
  }

  /// What happened at an unknown time between `begin` and `end`. `denominator`: 0 if the time
  /// counts already.
  void add_gap(const Period& period, double numerator, double denominator, double begin,
               double end) {
    if (!std::isfinite(numerator) || denominator < 0) return;
    if (period.share_of(end, end - begin) < nearly_all) return;
    for (Sum* sum : {&shares_, &whole_}) {
      sum->numerator += numerator;
      sum->denominator += denominator;
    }
  }

  /// Nothing if no value is known.
  [[nodiscard]] std::optional<double> mean() const {
    const Sum& sum = best();
    if (sum.denominator <= 0) return std::nullopt;
    return sum.numerator / sum.denominator;
  }
  [[nodiscard]] std::optional<double> peak() const { return highest_ ? highest_ : mean(); }
  [[nodiscard]] std::optional<double> lowest() const { return lowest_ ? lowest_ : mean(); }
  /// Of the mean: seconds, or for a ratio the sum of its denominators.
  [[nodiscard]] double weight() const { return best().denominator; }
  /// End of the interval with the lowest value, in seconds since tick 0.
  [[nodiscard]] double lowest_at() const { return lowest_at_; }

 private:
  struct Sum {
    void add(double more_numerator, double more_denominator) {
      numerator += more_numerator;
      denominator += more_denominator;
      ++count;
    }
    double numerator = 0;
    double denominator = 0;
    std::size_t count = 0;
  };
  [[nodiscard]] const Sum& best() const {
    constexpr std::size_t enough = 3;
    return whole_.count >= enough ? whole_ : shares_;
  }

  static constexpr double nearly_all = 0.99;  // samples are a little late

  Sum shares_;
  Sum whole_;  ///< of the intervals that lie wholly in the period
  std::optional<double> highest_;
  std::optional<double> lowest_;
  double lowest_at_ = 0;
};

}  // namespace tscollect::analysis
