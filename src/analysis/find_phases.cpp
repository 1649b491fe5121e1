#include "analysis/find_phases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string_view>

namespace tscollect::analysis {

namespace {

constexpr double begins_at = 1.0 / 4;  // of the typical rate
constexpr double goes_on_at = 1.0 / 16;
constexpr double edge_at = 1.0 / 2;  // of the period's median
constexpr double least_of_busier = 1.0 / 20;
constexpr double least_rate = 1e6;  // bytes a second
constexpr double least_of_all_bytes = 1.0 / 10;
constexpr std::size_t shortest_steps = 3;
constexpr double longest_lull_steps = 2;
constexpr double longest_lull_seconds = 1;
constexpr std::size_t most_phases = 1000;  // per direction

struct Direction {
  std::string_view quantity;
  std::string_view name;
};
struct Subject {
  bool is_storage = false;
  std::array<Direction, 2> directions;
};

/// Add new sources of storage or network traffic here.
constexpr auto subjects = std::to_array<Subject>({
    {true, {{{"disk.read.throughput", "read"}, {"disk.write.throughput", "write"}}}},
    {true, {{{"nfs.read.throughput", "read"}, {"nfs.write.throughput", "write"}}}},
    {true, {{{"lustre.read.throughput", "read"}, {"lustre.write.throughput", "write"}}}},
    {false, {{{"rdma.rx.throughput", "receive"}, {"rdma.tx.throughput", "send"}}}},
    {false, {{{"net.rx.throughput", "receive"}, {"net.tx.throughput", "send"}}}},
});

/// Steps from `first` to `last`, inclusive.
struct Steps {
  std::size_t first = 0;
  std::size_t last = 0;
};

/// From the end of a step to that of a later one, by their ticks: a step without samples before it
/// is longer than others.
double lull_steps(const TickGrid& grid, std::size_t from, std::size_t to) {
  return (static_cast<double>(grid.tick(to)) - static_cast<double>(grid.tick(from))) /
         static_cast<double>(grid.ticks_per_step());
}

/// Runs of steps with at least `low`, of which one has at least `high`; short pauses are included.
std::vector<Steps> runs_of(const TickGrid& grid, std::span<const double> values, double low,
                           double high) {
  std::vector<Steps> runs;
  bool is_high = false;  // in the latest run
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (!(values[i] >= low)) continue;
    const bool goes_on =
        !runs.empty() && (lull_steps(grid, runs.back().last, i - 1) <= longest_lull_steps ||
                          grid.end(i - 1) - grid.end(runs.back().last) <= longest_lull_seconds);
    if (goes_on) {
      runs.back().last = i;
    } else {
      if (!runs.empty() && !is_high) runs.pop_back();
      runs.push_back({i, i});
      is_high = false;
    }
    is_high = is_high || values[i] >= high;
  }
  if (!runs.empty() && !is_high) runs.pop_back();
  return runs;
}

double median_of(std::span<const double> values) {
  std::vector<double> known;
  for (const double value : values)
    if (!std::isnan(value)) known.push_back(value);
  const auto middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
  std::ranges::nth_element(known, middle);
  return *middle;
}

void trim_edges(std::span<const double> values, Steps& run) {
  const double least = edge_at * median_of(values.subspan(run.first, run.last - run.first + 1));
  while (run.first < run.last && !(values[run.first] >= least)) ++run.first;
  while (run.last > run.first && !(values[run.last] >= least)) --run.last;
}

double bytes_of(const TickGrid& grid, std::span<const double> values) {
  double bytes = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(values[i])) bytes += values[i] * grid.seconds(i);
  return bytes;
}

/// Traffic of one subject, by direction.
struct Traffic {
  const Subject* subject = nullptr;
  std::array<std::vector<double>, 2> values;
  double bytes = 0;
};

std::vector<Traffic> traffic_of(const RunSums& sums) {
  std::vector<Traffic> all;
  for (const Subject& subject : subjects) {
    Traffic& traffic = all.emplace_back();
    traffic.subject = &subject;
    for (std::size_t i = 0; i < sums.quantities().size(); ++i)
      for (std::size_t direction = 0; direction < 2; ++direction)
        if (sums.quantities()[i]->name == subject.directions[direction].quantity) {
          traffic.values[direction] = sums.values(i);
          traffic.bytes += bytes_of(sums.grid(), traffic.values[direction]);
        }
  }
  return all;
}

const Traffic* chosen_of(const std::vector<Traffic>& all) {
  const Traffic* storage = nullptr;
  const Traffic* any = nullptr;
  double bytes = 0;
  for (const Traffic& traffic : all) {
    bytes += traffic.bytes;
    if (traffic.subject->is_storage && (storage == nullptr || traffic.bytes > storage->bytes))
      storage = &traffic;
    if (any == nullptr || traffic.bytes > any->bytes) any = &traffic;
  }
  if (storage != nullptr && storage->bytes >= least_of_all_bytes * bytes) return storage;
  return any;
}

}  // namespace

double typical_rate(const TickGrid& grid, std::span<const double> values) {
  double squares = 0;
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    squares += values[i] * values[i] * grid.seconds(i);
    sum += values[i] * grid.seconds(i);
  }
  return sum > 0 ? squares / sum : 0;
}

std::vector<Period> find_periods(const TickGrid& grid, std::span<const double> values,
                                 double floor) {
  const double typical = typical_rate(grid, values);
  std::vector<Period> periods;
  const double high = std::max(begins_at * typical, floor);
  for (Steps run : runs_of(grid, values, goes_on_at / begins_at * high, high)) {
    trim_edges(values, run);
    if (run.last - run.first + 1 < shortest_steps) continue;
    periods.push_back({grid.end(run.first - 1), grid.end(run.last)});
  }
  return periods;
}

std::vector<const Quantity*> activity_quantities() {
  std::vector<const Quantity*> all;
  for (const Subject& subject : subjects)
    for (const Direction& direction : subject.directions)
      all.push_back(find_quantity(direction.quantity));
  return all;
}

std::vector<Phase> find_phases(const RunSums& sums, const RunClock& clock) {
  const std::vector<Traffic> all = traffic_of(sums);
  const Traffic* traffic = chosen_of(all);
  std::vector<Phase> phases;
  if (traffic == nullptr) return phases;
  double busier = 0;
  for (const auto& values : traffic->values)
    busier = std::max(busier, typical_rate(sums.grid(), values));
  for (std::size_t direction = 0; direction < 2; ++direction) {
    std::vector<Period> periods = find_periods(sums.grid(), traffic->values[direction],
                                               std::max(least_rate, least_of_busier * busier));
    if (periods.size() > most_phases) periods.resize(most_phases);
    for (std::size_t i = 0; i < periods.size(); ++i)
      phases.push_back({fmt::format("{} {}", traffic->subject->directions[direction].name, i + 1),
                        clock.utc_ns(periods[i].begin), clock.utc_ns(periods[i].end), "",
                        PhaseOrigin::found});
  }
  std::ranges::stable_sort(phases, {}, &Phase::begin_ns);
  return phases;
}

}  // namespace tscollect::analysis
