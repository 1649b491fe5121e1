#pragma once

#include "analysis/reduce/slots.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tscollect::analysis {

/// A quantity by slot: its mean, and the lowest and highest value of a sample, so that spikes are
/// preserved however many samples a slot has. Intervals much shorter than the others are left out:
/// the last sample, taken at stop, may follow the previous one immediately. Gaps (see
/// series_reader.hpp) are in the mean over all slots and in no slot.
class SlotSeries {
 public:
  SlotSeries() = default;
  explicit SlotSeries(std::size_t slots);

  /// `slots`: from Slots::find(). Parts of a host must be passed in order. `is_level`: known at the
  /// end of an interval, also of a gap.
  void add(const Intervals& intervals, std::span<const std::size_t> slots,
           const Fractions& fractions, double shortest, bool is_level);
  /// Adds what happened at an unknown time of the run.
  void add_gap(double numerator, double denominator);
  /// Adds one value, the next one of its slot.
  void add_value(std::size_t slot, double numerator, double denominator);

  [[nodiscard]] std::size_t size() const { return numerator_.size(); }
  /// NaN if unknown.
  [[nodiscard]] double mean(std::size_t slot) const;
  [[nodiscard]] double lowest(std::size_t slot) const { return lowest_[slot]; }
  [[nodiscard]] double highest(std::size_t slot) const { return highest_[slot]; }
  /// Whether the highest value came before the lowest.
  [[nodiscard]] bool falls(std::size_t slot) const { return highest_at_[slot] < lowest_at_[slot]; }
  /// Mean over several slots, with the gaps if they are all; nothing if no value is known.
  [[nodiscard]] std::optional<double> mean(Slots::Range range) const;
  /// What happened in gaps: a number of events, if it is a rate of events.
  [[nodiscard]] double in_gaps() const { return gaps_numerator_; }
  /// Whether any value is known.
  [[nodiscard]] bool is_known() const { return is_known_; }

 private:
  std::vector<double> numerator_;
  std::vector<double> denominator_;
  std::vector<double> lowest_;
  std::vector<double> highest_;
  std::vector<std::uint32_t> values_;  ///< number of values in the slot
  std::vector<std::uint32_t> lowest_at_;
  std::vector<std::uint32_t> highest_at_;
  double gaps_numerator_ = 0;
  double gaps_denominator_ = 0;
  bool is_known_ = false;
};

}  // namespace tscollect::analysis
