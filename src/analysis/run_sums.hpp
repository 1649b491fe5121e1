#pragma once

#include "analysis/column_rates.hpp"
#include "analysis/series_reader.hpp"
#include "store/run_file/run_file_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace tscollect::analysis {

/// The ticks of which some host has a sample, and when they were. Step k goes from tick k-1 to tick
/// k; step 0 has no length. A grid of a long run may be bounded: then a step is several ticks.
class TickGrid {
 public:
  explicit TickGrid(std::size_t most_steps = std::numeric_limits<std::size_t>::max())
      : most_steps_(most_steps) {}

  /// Takes a host's ticks; the order of hosts does not matter.
  void add(const store::HostTimes& times, double interval_seconds);

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// The mean over hosts, in seconds since tick 0.
  [[nodiscard]] double end(std::size_t step) const;
  [[nodiscard]] double seconds(std::size_t step) const;
  /// The last one of the step.
  [[nodiscard]] std::int64_t tick(std::size_t step) const { return entries_[step].tick; }
  /// The step in which the tick is; size() beyond the last one.
  [[nodiscard]] std::size_t find(std::int64_t tick) const;

 private:
  struct Entry {
    std::int64_t tick = 0;
    double sum = 0;  ///< of when the hosts took their sample
    double hosts = 0;
  };

  void merge(std::vector<Entry>& others);
  /// Leaves of the ticks that make a step the last one.
  void join();

  std::size_t most_steps_;
  std::int64_t ticks_per_step_ = 1;
  std::vector<Entry> entries_;  ///< ascending, at most one of a step
};

/// At most so many steps are kept of a run that is summed up; a longer one has several ticks a
/// step.
inline constexpr std::size_t most_summary_steps = std::size_t{1} << 17U;

/// Of all hosts that can be read.
[[nodiscard]] TickGrid grid_of(const store::RunFileReader& run,
                               std::size_t most_steps = std::numeric_limits<std::size_t>::max());

/// Puts hosts together, tick by tick: what quantities are for the run. In an interval that spans
/// ticks without a sample a host's rate is the same all through. A host that has no value at a tick
/// is not in the sum; if there was a reset, the sum is not known.
class RunSums {
 public:
  /// `grid` outlives this.
  RunSums(const TickGrid& grid, std::vector<const Quantity*> quantities);

  /// A host's quantity, by its place in those given above.
  void add(const Intervals& intervals, std::size_t quantity, const Fractions& fractions);

  [[nodiscard]] const std::vector<const Quantity*>& quantities() const { return quantities_; }
  [[nodiscard]] const TickGrid& grid() const { return *grid_; }
  [[nodiscard]] const Fractions& sums(std::size_t quantity) const { return sums_[quantity]; }
  /// At each step; absent where it is not known.
  [[nodiscard]] std::vector<double> values(std::size_t quantity) const;
  /// Whether any host has it.
  [[nodiscard]] bool has(std::size_t quantity) const { return seen_[quantity]; }

 private:
  /// What part of it is in the step: `share`; if it spans the step, `is_whole`.
  struct Overlap {
    double share = 1;
    bool is_whole = true;
  };
  void add_at(std::size_t step, Overlap overlap, std::size_t quantity, double numerator,
              double denominator);
  [[nodiscard]] std::size_t step_after(std::int64_t tick);

  const TickGrid* grid_;
  std::vector<const Quantity*> quantities_;
  std::vector<Fractions> sums_;
  std::vector<bool> seen_;
  std::size_t latest_step_ = 0;
};

/// Of all hosts that can be read. The quantities fit in memory together.
[[nodiscard]] RunSums sums_of(const store::RunFileReader& run, const TickGrid& grid,
                              const std::vector<const Quantity*>& quantities);

/// How many quantities fit in memory together at a grid of this size; at least one.
[[nodiscard]] std::size_t quantities_at_once(std::size_t steps);

}  // namespace tscollect::analysis
