#include "analysis/reduce/host_slots.hpp"

#include <algorithm>
#include <utility>

namespace tscollect::analysis {

namespace {

bool did_anything(const Fractions& fractions) {
  return std::ranges::any_of(fractions.numerator, [](double value) { return value > 0; });
}

}  // namespace

const SlotSeries* DeviceSlots::find(std::string_view quantity) const {
  const auto found = std::ranges::find_if(
      series, [quantity](const auto& one) { return one.first->name == quantity; });
  return found == series.end() || !found->second.is_known() ? nullptr : &found->second;
}

HostSlots::HostSlots(const Slots& slots, const std::vector<const Quantity*>& quantities,
                     const std::function<bool(const Quantity&)>& by_device, double shortest,
                     TakeSum take)
    : slots_(slots),
      quantities_(quantities),
      shortest_(shortest),
      take_(std::move(take)),
      sums_(quantities,
            [this](const Intervals& intervals, std::size_t quantity, const Fractions& fractions) {
              series_[quantity].add(intervals, slot_of_, fractions, shortest_,
                                    quantities_[quantity]->basis == Basis::level);
              if (take_) take_(intervals, quantity, fractions);
            }),
      series_(quantities.size(), SlotSeries(slots.size())) {
  for (const Quantity* quantity : quantities) by_device_.push_back(by_device(*quantity));
}

void HostSlots::begin_part(const Intervals& intervals) {
  slots_.find(intervals, slot_of_);
  gaps_.take(intervals);
  sums_.begin_part(intervals);
}

void HostSlots::take(const Intervals& intervals, const Series& series) {
  sums_.take(intervals, series);
  if (series.device.empty() || !series.counted) return;
  const auto quantity = std::ranges::find(quantities_, series.quantity) - quantities_.begin();
  if (!by_device_[static_cast<std::size_t>(quantity)] || !did_anything(*series.fractions)) return;
  DeviceSlots* device = device_of(series);
  if (device == nullptr) return;
  auto [place, is_new] = device->series.try_emplace(series.quantity, SlotSeries(slots_.size()));
  place->second.add(intervals, slot_of_, *series.fractions, shortest_,
                    series.quantity->basis == Basis::level);
}

void HostSlots::end_part(const Intervals& intervals) { sums_.end_part(intervals); }

/// nullptr if the host has too many devices.
DeviceSlots* HostSlots::device_of(const Series& series) {
  const auto [place, is_new] =
      places_.try_emplace({series.quantity->source, std::string(series.device)}, devices_.size());
  if (is_new && devices_.size() >= most_devices) {
    place->second = most_devices;
    ++left_out_;
  } else if (is_new) {
    devices_.push_back({std::string(series.device), series.quantity->source, series.role, {}});
  }
  return place->second < devices_.size() ? &devices_[place->second] : nullptr;
}

const SlotSeries* HostSlots::find(std::size_t quantity) const {
  return series_[quantity].is_known() ? &series_[quantity] : nullptr;
}

const SlotSeries* HostSlots::find(std::string_view quantity) const {
  for (std::size_t i = 0; i < quantities_.size(); ++i)
    if (quantities_[i]->name == quantity) return find(i);
  return nullptr;
}

}  // namespace tscollect::analysis
