#include "analysis/run_sums.hpp"

#include "analysis/host_sums.hpp"
#include "analysis/time_span.hpp"
#include "store/hdf5/store_error.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tscollect::app {

void TickGrid::add(const store::HostTimes& times, double interval_seconds) {
  std::vector<Entry> others;
  std::size_t at = 0;
  for (std::size_t i = 0; i < times.tick.size(); ++i) {
    const std::int64_t tick = times.tick[i];
    const double end = seconds_at(tick, times.lateness_ns[i], interval_seconds);
    while (at < entries_.size() && entries_[at].tick < tick) ++at;
    if (at < entries_.size() && entries_[at].tick == tick) {
      entries_[at].sum += end;
      ++entries_[at].hosts;
    } else {
      others.push_back({tick, end, 1});
    }
  }
  if (others.empty()) return;
  const auto middle = static_cast<std::ptrdiff_t>(entries_.size());
  std::ranges::stable_sort(others, {}, &Entry::tick);  // in a damaged file they may run back
  entries_.insert(entries_.end(), others.begin(), others.end());
  std::ranges::inplace_merge(entries_, entries_.begin() + middle, {}, &Entry::tick);
  std::size_t last = 0;
  for (std::size_t i = 1; i < entries_.size(); ++i) {
    if (entries_[i].tick == entries_[last].tick) {
      entries_[last].sum += entries_[i].sum;
      entries_[last].hosts += entries_[i].hosts;
    } else {
      entries_[++last] = entries_[i];
    }
  }
  entries_.resize(last + 1);
}

double TickGrid::end(std::size_t step) const { return entries_[step].sum / entries_[step].hosts; }

double TickGrid::seconds(std::size_t step) const {
  return step == 0 ? 0 : std::max(0.0, end(step) - end(step - 1));
}

std::size_t TickGrid::find(std::int64_t tick) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(entries_, tick, {}, &Entry::tick) -
                                  entries_.begin());
}

TickGrid grid_of(const store::RunFileReader& run) {
  constexpr std::uint64_t part = std::uint64_t{1} << 16U;
  TickGrid grid;
  store::HostTimes times;
  for (const record::HostOutcome& host : run.hosts()) {
    if (host.state == record::HostState::missing) continue;
    try {
      const store::HostReader reader = run.open_host(host.summary.name);
      for (std::uint64_t first = 0; first < reader.samples(); first += part) {
        reader.read_times(first, part, times);
        grid.add(times, run.run().collection_interval_seconds);
      }
    } catch (const store::StoreError&) {
      continue;  // whoever reads its cells says what is wrong with it
    }
  }
  return grid;
}

RunSums::RunSums(const TickGrid& grid, std::vector<const Quantity*> quantities)
    : grid_(&grid),
      quantities_(std::move(quantities)),
      sums_(quantities_.size()),
      seen_(quantities_.size(), false) {
  for (Fractions& sum : sums_) {
    sum.numerator.assign(grid.size(), absent);
    sum.denominator.assign(grid.size(), 0);
  }
}

void RunSums::add_at(std::size_t step, double share, const Quantity& quantity, double numerator,
                     double denominator, Fractions& sums) const {
  if (quantity.combine == Combine::sum && denominator > 0) {
    numerator *= grid_->seconds(step) / denominator;
    denominator = grid_->seconds(step);
  } else {
    numerator *= share;
    denominator *= share;
  }
  add_to_sum(quantity.combine, numerator, denominator, sums.numerator[step],
             sums.denominator[step]);
}

void RunSums::add(const Intervals& intervals, std::size_t index, const Fractions& fractions) {
  const Quantity& quantity = *quantities_[index];
  seen_[index] = true;
  std::size_t first = grid_->find(intervals.tick_before) + 1;
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    const bool is_next = first < grid_->size() && grid_->tick(first) == intervals.tick[i];
    const std::size_t last = is_next ? first : grid_->find(intervals.tick[i]);
    if (last >= grid_->size()) continue;
    if (intervals.seconds[i] > 0 && !std::isnan(fractions.numerator[i])) {
      double all = 0;
      for (std::size_t step = first; step <= last; ++step) all += grid_->seconds(step);
      for (std::size_t step = first; step <= last; ++step)
        add_at(step, all > 0 ? grid_->seconds(step) / all : 0, quantity, fractions.numerator[i],
               fractions.denominator[i], sums_[index]);
    }
    first = last + 1;
  }
}

std::vector<double> RunSums::values(std::size_t quantity) const {
  const Fractions& sums = sums_[quantity];
  std::vector<double> values(sums.numerator.size(), absent);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (std::isfinite(sums.numerator[i]) && sums.denominator[i] > 0)
      values[i] = sums.numerator[i] / sums.denominator[i];
  return values;
}

std::size_t quantities_at_once(std::size_t steps) {
  constexpr std::size_t most_values = std::size_t{4} << 20U;
  return std::max<std::size_t>(most_values / std::max<std::size_t>(steps, 1), 1);
}

}  // namespace tscollect::app
