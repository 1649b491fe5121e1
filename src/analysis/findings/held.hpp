#pragma once

#include "analysis/findings/rule.hpp"

#include <cmath>
#include <optional>
#include <vector>

namespace tscollect::analysis {

/// For how much of a part a condition held.
struct Held {
  double share = 0;                ///< 0 to 1, of the time in which it can be told
  std::vector<std::size_t> slots;  ///< in which it held
  Period when;                     ///< from the first of them to the last

  /// One odd sample is no finding.
  [[nodiscard]] bool is_long_enough(const Slots& all) const {
    constexpr std::size_t fewest_steps = 3;
    return slots.size() * all.steps_per_slot() >= fewest_steps;
  }
};

/// `condition`: whether it holds in a slot; nothing where that cannot be told.
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

/// The mean of a series over slots; NaN if nothing is known.
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

/// Whether a value is known and at least `least`; nothing if it is not known.
[[nodiscard]] inline std::optional<bool> at_least(double value, double least) {
  if (std::isnan(value)) return std::nullopt;
  return value >= least;
}

}  // namespace tscollect::analysis
