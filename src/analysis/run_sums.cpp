#include "analysis/run_sums.hpp"

#include "analysis/host_sums.hpp"
#include "analysis/time_span.hpp"
#include "store/hdf5/store_error.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tscollect::analysis {

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
  if (!others.empty()) merge(others);
  while (entries_.size() > most_steps_) {
    ticks_per_step_ *= 2;
    join();
  }
}

void TickGrid::merge(std::vector<Entry>& others) {
  const auto middle = static_cast<std::ptrdiff_t>(entries_.size());
  std::ranges::stable_sort(others, {}, &Entry::tick);  // unsorted in a damaged file
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
  join();
}

void TickGrid::join() {
  if (ticks_per_step_ == 1) return;
  std::size_t last = 0;
  for (std::size_t i = 1; i < entries_.size(); ++i) {
    const bool is_next =
        entries_[i].tick / ticks_per_step_ != entries_[last].tick / ticks_per_step_;
    if (is_next) ++last;
    entries_[last] = entries_[i];
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

TickGrid grid_of(const store::RunFileReader& run, std::size_t most_steps) {
  constexpr std::uint64_t part = std::uint64_t{1} << 16U;
  TickGrid grid(most_steps);
  store::HostTimes times;
  for (const block::HostOutcome& host : run.hosts()) {
    if (host.state == block::HostState::missing) continue;
    try {
      const store::HostReader reader = run.open_host(host.summary.name);
      for (std::uint64_t first = 0; first < reader.samples(); first += part) {
        reader.read_times(first, part, times);
        grid.add(times, run.run().collection_interval_seconds);
      }
    } catch (const store::StoreError&) {
      continue;  // reported when its cells are read
    }
  }
  return grid;
}

RunSums::RunSums(const TickGrid& grid, std::vector<const Quantity*> quantities)
    : grid_(&grid),
      quantities_(std::move(quantities)),
      sums_(quantities_.size()),
      gaps_(quantities_.size()),
      seen_(quantities_.size(), false) {
  for (Fractions& sum : sums_) {
    sum.numerator.assign(grid.size(), absent);
    sum.denominator.assign(grid.size(), 0);
  }
}

void RunSums::add_at(std::size_t step, Overlap overlap, std::size_t index, double numerator,
                     double denominator) {
  const Combine combine = quantities_[index]->combine;
  if (std::isfinite(numerator) && combine == Combine::sum) {
    // A rate that is constant within the interval, or the part of the amount that falls into the
    // step.
    numerator = overlap.is_whole && denominator > 0 ? numerator * grid_->seconds(step) / denominator
                                                    : numerator * overlap.share;
    denominator = grid_->seconds(step);
  } else if (std::isfinite(numerator)) {
    numerator *= overlap.share;
    denominator *= overlap.share;
  }
  add_to_sum(combine, numerator, denominator, sums_[index].numerator[step],
             sums_[index].denominator[step]);
}

void RunSums::add(const Intervals& intervals, std::size_t index, const Fractions& fractions) {
  seen_[index] = true;
  const Quantity& quantity = *quantities_[index];
  std::int64_t before = intervals.tick_before;
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    const std::int64_t tick = intervals.tick[i];
    const std::int64_t begin = before;
    before = tick;
    if (intervals.seconds[i] <= 0 || std::isnan(fractions.numerator[i]) || tick <= begin) continue;
    // Time without events must not be added to the events of other hosts.
    if (quantity.basis == Basis::ratio && std::isfinite(fractions.numerator[i]) &&
        fractions.denominator[i] <= 0) {
      if (fractions.numerator[i] > 0) add_gap(index, begin, tick, fractions.numerator[i], 0);
      continue;
    }
    const double all = static_cast<double>(tick) - static_cast<double>(begin);
    // Steps of several ticks may be as long as a gap.
    if (is_gap_between(begin, tick) && all > static_cast<double>(grid_->ticks_per_step())) {
      add_gap(index, begin, tick, fractions.numerator[i], fractions.denominator[i]);
      continue;
    }
    const std::size_t first = step_after(begin);
    for (std::size_t step = first; step < grid_->size(); ++step) {
      const std::int64_t step_begin = step == 0 ? begin : grid_->tick(step - 1);
      const std::int64_t step_end = grid_->tick(step);
      const auto ticks = static_cast<double>(std::min(tick, step_end)) -
                         static_cast<double>(std::max(begin, step_begin));
      add_at(step, {ticks / all, begin <= step_begin && tick >= step_end}, index,
             fractions.numerator[i], fractions.denominator[i]);
      if (tick <= step_end) break;
    }
  }
}

/// Keeps what happened between two ticks; a level is known at the second one.
void RunSums::add_gap(std::size_t index, std::int64_t begin, std::int64_t end, double numerator,
                      double denominator) {
  const std::size_t last = grid_->find(end);
  if (last >= grid_->size()) return;
  double rest = 1;
  if (quantities_[index]->basis == Basis::level) {
    const std::int64_t step_begin = last == 0 ? begin : std::max(begin, grid_->tick(last - 1));
    const double share = (static_cast<double>(end) - static_cast<double>(step_begin)) /
                         (static_cast<double>(end) - static_cast<double>(begin));
    add_at(last, {share, end >= grid_->tick(last)}, index, numerator, denominator);
    rest -= share;
  }
  if (!std::isfinite(numerator)) return;
  Gaps& gaps = gaps_[index];
  std::pair key{step_after(begin), last};
  // Only a damaged file has so many.
  constexpr std::size_t most_gaps = std::size_t{1} << 16U;
  if (gaps.size() >= most_gaps && !gaps.contains(key)) key = {0, grid_->size() - 1};
  gaps[key].numerator += rest * numerator;
  gaps[key].denominator += rest * denominator;
}

void RunSums::visit_gaps(std::size_t index, const TakeGap& take) const {
  const Gaps& gaps = gaps_[index];
  if (gaps.empty()) return;
  // The seconds of steps without a value, up to each step: those of other steps count already.
  const bool is_sum = quantities_[index]->combine == Combine::sum;
  std::vector<double> unknown(is_sum ? grid_->size() + 1 : 0, 0);
  for (std::size_t step = 0; step + 1 < unknown.size(); ++step)
    unknown[step + 1] =
        unknown[step] + (std::isnan(sums_[index].numerator[step]) ? grid_->seconds(step) : 0);
  std::size_t counted = 0;  // the steps before this one
  for (const auto& [steps, gap] : gaps) {
    const auto [first, last] = steps;
    double denominator = gap.denominator;
    if (is_sum) {
      const std::size_t from = std::max(first, counted);
      denominator = from <= last ? unknown[last + 1] - unknown[from] : 0;
      counted = std::max(counted, last + 1);
    }
    take(gap.numerator, denominator, grid_->end(first == 0 ? 0 : first - 1), grid_->end(last));
  }
}

/// The step that contains the tick after this one; usually the step requested last, or the next.
std::size_t RunSums::step_after(std::int64_t tick) {
  for (const std::size_t guess : {latest_step_, latest_step_ + 1})
    if (guess > 0 && guess < grid_->size() && grid_->tick(guess - 1) <= tick &&
        tick < grid_->tick(guess))
      return latest_step_ = guess;
  std::size_t step = grid_->find(tick);
  if (step < grid_->size() && grid_->tick(step) == tick) ++step;
  return latest_step_ = step;
}

std::vector<double> RunSums::values(std::size_t quantity) const {
  const Fractions& sums = sums_[quantity];
  std::vector<double> values(sums.numerator.size(), absent);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (std::isfinite(sums.numerator[i]) && sums.denominator[i] > 0)
      values[i] = sums.numerator[i] / sums.denominator[i];
  return values;
}

RunSums sums_of(const store::RunFileReader& run, const TickGrid& grid,
                const std::vector<const Quantity*>& quantities) {
  const SeriesChoice choice{quantities, {}, true};
  RunSums sums(grid, quantities);
  for (const block::HostOutcome& host : run.hosts()) {
    if (host.state == block::HostState::missing) continue;
    HostSums of_host(quantities, [&sums](const Intervals& intervals, std::size_t quantity,
                                         const Fractions& fractions) {
      sums.add(intervals, quantity, fractions);
    });
    try {
      read_series(run, host.summary.name, choice, of_host);
    } catch (const UnreadableHost&) {
      continue;  // reported when the host is read
    }
  }
  return sums;
}

std::size_t quantities_at_once(std::size_t steps) {
  constexpr std::size_t most_values = std::size_t{1} << 19U;
  return std::max<std::size_t>(most_values / std::max<std::size_t>(steps, 1), 1);
}

}  // namespace tscollect::analysis
