#pragma once

#include "analysis/host_sums.hpp"
#include "analysis/reduce/slot_series.hpp"
#include "analysis/sample_gaps.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::analysis {

/// Values of one device in each slot.
struct DeviceSlots {
  std::string name;
  std::string_view source;
  std::string_view role;
  std::map<const Quantity*, SlotSeries> series;  ///< those that were not always zero

  /// nullptr if the device does not have it.
  [[nodiscard]] const SlotSeries* find(std::string_view quantity) const;
};

/// Reduces one host to slots: its sums and its devices. Idle devices are left out, and so are those
/// beyond the first most_devices of a host.
class HostSlots final : public SeriesVisitor {
 public:
  static constexpr std::size_t most_devices = 256;
  using TakeSum = HostSums::Take;

  /// `by_device`: quantities kept for each device, too. `take`: also receives each sum.
  HostSlots(const Slots& slots, const std::vector<const Quantity*>& quantities,
            const std::function<bool(const Quantity&)>& by_device, double shortest, TakeSum take);

  void begin_part(const Intervals& intervals) override;
  void take(const Intervals& intervals, const Series& series) override;
  void end_part(const Intervals& intervals) override;
  /// Call after the last part.
  void finish() { gaps_.finish(slots_.grid()); }

  /// When the host was not sampled.
  [[nodiscard]] const SampleGaps& gaps() const { return gaps_; }
  /// nullptr if the host does not have it.
  [[nodiscard]] const SlotSeries* find(std::string_view quantity) const;
  [[nodiscard]] const SlotSeries* find(std::size_t quantity) const;
  [[nodiscard]] const std::vector<DeviceSlots>& devices() const { return devices_; }
  [[nodiscard]] std::size_t devices_left_out() const { return left_out_; }

 private:
  DeviceSlots* device_of(const Series& series);

  const Slots& slots_;
  const std::vector<const Quantity*>& quantities_;
  std::vector<bool> by_device_;
  double shortest_;
  TakeSum take_;
  HostSums sums_;
  std::vector<SlotSeries> series_;  ///< by quantity
  std::vector<DeviceSlots> devices_;
  std::map<std::pair<std::string_view, std::string>, std::size_t> places_;
  std::size_t left_out_ = 0;
  SampleGaps gaps_;
  std::vector<std::size_t> slot_of_;  ///< of the current part's intervals
};

}  // namespace tscollect::analysis
