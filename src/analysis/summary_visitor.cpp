#include "analysis/summary_visitor.hpp"

#include <algorithm>

namespace tscollect::analysis {

SummaryVisitor::SummaryVisitor(const std::vector<const Quantity*>& quantities,
                               const std::vector<Period>& periods, double shortest_for_extremes,
                               RunSums& sums)
    : quantities_(quantities),
      periods_(periods),
      shortest_(shortest_for_extremes),
      run_sums_(sums),
      tallies_(quantities.size() * periods.size()),
      sums_(quantities,
            [this](const Intervals& intervals, std::size_t quantity, const Fractions& fractions) {
              take_sum(intervals, quantity, fractions);
            }) {}

void SummaryVisitor::begin_part(const Intervals& intervals) {
  sums_.begin_part(intervals);
  gaps_.take(intervals);
}
void SummaryVisitor::end_part(const Intervals& intervals) { sums_.end_part(intervals); }

void SummaryVisitor::take(const Intervals& intervals, const Series& series) {
  sums_.take(intervals, series);
  if (series.device.empty()) return;
  const auto [place, is_new] = devices_.try_emplace(
      series.index,
      Device{std::string(series.device), series.role, series.counted, series.quantity, {}});
  add_intervals(*series.quantity, place->second.tally, periods_.front(), intervals,
                *series.fractions);
}

void SummaryVisitor::take_sum(const Intervals& intervals, std::size_t quantity,
                              const Fractions& fractions) {
  run_sums_.add(intervals, quantity, fractions);
  for (std::size_t i = 0; i < periods_.size(); ++i)
    add_intervals(*quantities_[quantity], tallies_[i * quantities_.size() + quantity], periods_[i],
                  intervals, fractions);
}

/// Intervals are in order, unless the file is damaged.
void SummaryVisitor::add_intervals(const Quantity& quantity, Tally& tally, const Period& period,
                                   const Intervals& intervals, const Fractions& fractions) const {
  const auto first = static_cast<std::size_t>(
      std::ranges::upper_bound(intervals.end, period.begin) - intervals.end.begin());
  for (std::size_t i = first; i < intervals.size(); ++i) {
    if (intervals.end[i] - intervals.seconds[i] >= period.end) break;
    if (quantity.basis != Basis::level && intervals.is_gap(i))
      tally.add_gap(period, fractions.numerator[i], fractions.denominator[i],
                    intervals.end[i] - intervals.seconds[i], intervals.end[i]);
    else
      tally.add(period, fractions.numerator[i], fractions.denominator[i], intervals.end[i],
                intervals.seconds[i], shortest_);
  }
}

void SummaryVisitor::add_to(HostActivity& host) const {
  for (std::size_t i = 0; i < quantities_.size(); ++i)
    if (tally(0, i).mean()) host.measures.push_back({quantities_[i], tally(0, i)});
  std::map<std::pair<std::string_view, std::string_view>, std::vector<const Device*>> by_name;
  for (const auto& [index, device] : devices_)
    by_name[{device.quantity->source, device.name}].push_back(&device);
  for (const auto& [name, measures] : by_name) {
    const bool did_anything = std::ranges::any_of(measures, [](const Device* device) {
      return device->quantity->basis == Basis::rate && device->tally.peak().value_or(0) > 0;
    });
    if (!did_anything) {
      if (measures.front()->counted) ++host.idle_devices;
      continue;
    }
    // The device exists already if the quantities are read in several passes.
    const Device& first = *measures.front();
    auto known = std::ranges::find_if(host.devices, [&first](const DeviceSummary& one) {
      return one.name == first.name && one.role == first.role;
    });
    if (known == host.devices.end())
      known = host.devices.insert(known, {first.name, first.role, first.counted, {}});
    for (const Device* device : measures)
      known->measures.push_back({device->quantity, device->tally});
  }
}

Tally tally_of(const RunSums& sums, std::size_t quantity, const Period& period,
               double shortest_for_extremes) {
  const TickGrid& grid = sums.grid();
  const Fractions& fractions = sums.sums(quantity);
  Tally tally;
  for (std::size_t step = 0; step < grid.size(); ++step)
    tally.add(period, fractions.numerator[step], fractions.denominator[step], grid.end(step),
              grid.seconds(step), shortest_for_extremes);
  sums.visit_gaps(quantity, [&](double numerator, double denominator, double begin, double end) {
    tally.add_gap(period, numerator, denominator, begin, end);
  });
  return tally;
}

}  // namespace tscollect::analysis
