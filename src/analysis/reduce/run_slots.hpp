#pragma once

#include "analysis/reduce/host_slots.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::analysis {

/// A quantity of one host by slot; NaN if unknown.
class HostCurve {
 public:
  HostCurve() = default;
  HostCurve(const SlotSeries& series, const Slots& slots);

  [[nodiscard]] bool is_known() const { return whole_.has_value(); }
  [[nodiscard]] double mean(std::size_t slot) const { return at(mean_, slot); }
  [[nodiscard]] double lowest(std::size_t slot) const { return at(lowest_, slot); }
  [[nodiscard]] double highest(std::size_t slot) const { return at(highest_, slot); }
  [[nodiscard]] bool falls(std::size_t slot) const { return slot < falls_.size() && falls_[slot]; }
  /// Mean over the run.
  [[nodiscard]] std::optional<double> mean() const { return whole_; }
  /// Whether it was always zero.
  [[nodiscard]] bool is_zero() const { return mean_.empty(); }

 private:
  [[nodiscard]] double at(const std::vector<double>& values, std::size_t slot) const {
    if (!values.empty()) return values[slot];
    return slot < first_known_ ? absent : 0;
  }

  // Empty for an idle host: most counters of most hosts do not change.
  std::vector<double> mean_;
  std::vector<double> lowest_;
  std::vector<double> highest_;
  std::vector<bool> falls_;
  std::size_t first_known_ = 0;
  std::optional<double> whole_;
};

/// All hosts of the run, reduced to slots. Memory: hosts × slots.
class RunSlots {
 public:
  RunSlots(const Slots& slots, std::vector<const Quantity*> quantities);

  void add(const std::string& host, const HostSlots& series);

  [[nodiscard]] const Slots& slots() const { return *slots_; }
  [[nodiscard]] const std::vector<std::string>& hosts() const { return hosts_; }
  [[nodiscard]] const std::vector<const Quantity*>& quantities() const { return quantities_; }
  /// By host; unknown for hosts without the quantity.
  [[nodiscard]] const std::vector<HostCurve>& curves(std::size_t quantity) const {
    return curves_[quantity];
  }
  /// nullptr if the quantity was not read.
  [[nodiscard]] const std::vector<HostCurve>* find(std::string_view quantity) const;
  /// Whether any host has it.
  [[nodiscard]] bool is_known(std::size_t quantity) const { return known_[quantity]; }
  [[nodiscard]] bool is_known(std::string_view quantity) const;
  /// Whether it was zero on every host that has it.
  [[nodiscard]] bool is_zero(std::size_t quantity) const { return zero_[quantity]; }

 private:
  const Slots* slots_;
  std::vector<const Quantity*> quantities_;
  std::vector<std::string> hosts_;
  std::vector<std::vector<HostCurve>> curves_;  // [quantities][hosts]
  std::vector<bool> known_;
  std::vector<bool> zero_;
};

/// The quantities of the run as a whole, by slot.
[[nodiscard]] SlotSeries reduce(const RunSums& sums, std::size_t quantity, const Slots& slots,
                                double shortest);

}  // namespace tscollect::analysis
