#pragma once

#include "analysis/findings/rule.hpp"

#include <cmath>
#include <optional>
#include <vector>

namespace tscollect::analysis {

/// For which fraction of a part a condition was true.
struct Held {
  double share = 0;                ///< 0 to 1, of the time with known values
  std::vector<std::size_t> slots;  ///< slots in which it was true
  Period when;                     ///< from the first to the last of these slots

  /// A single unusual sample is not a finding.
  [[nodiscard]] bool is_long_enough(const Slots& all) const {
    constexpr std::size_t fewest_steps = 3;
    return slots.size() * all.steps_per_slot() >= fewest_steps;
  }
};

/// `condition`: whether it is true in a slot; nothing if unknown.
template <class Condition>
Held held_in(const Slots& slots, const Slots::Range& range, const Condition& condition) {
  Held held;
  double known = 0;
  double holding = 0;
  for (std::size_t slot = range.first; slot < range.last; ++slot) {
    const std::optional<bool> holds = condition(slot);
    if (!holds) continue;
    const double seconds = slots.end(slot) - slots.begin(slot);
    known += seconds;
    if (!*holds) continue;
    holding += seconds;
    if (held.slots.empty()) held.when.begin = slots.begin(slot);
    held.when.end = slots.end(slot);
    held.slots.push_back(slot);
  }
  held.share = known > 0 ? holding / known : 0;
  return held;
}

/// The mean of a series over slots; NaN if no value is known.
[[nodiscard]] inline double mean_over(const SlotSeries& series,
                                      const std::vector<std::size_t>& slots) {
  double sum = 0;
  double count = 0;
  for (const std::size_t slot : slots)
    if (const double value = series.mean(slot); std::isfinite(value)) {
      sum += value;
      ++count;
    }
  return count > 0 ? sum / count : absent;
}

/// Whether a value is at least `least`; nothing if it is unknown.
[[nodiscard]] inline std::optional<bool> at_least(double value, double least) {
  if (std::isnan(value)) return std::nullopt;
  return value >= least;
}

}  // namespace tscollect::analysis
