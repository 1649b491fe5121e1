#pragma once

#include "analysis/column_rates.hpp"
#include "analysis/series_reader.hpp"
#include "store/run_file/run_file_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <utility>
#include <vector>

namespace tscollect::analysis {

/// The ticks of which some host has a sample, and their times. Step k extends from tick k-1 to tick
/// k; step 0 has no length. The size of a grid can be bounded: in a long run a step then has
/// several ticks.
class TickGrid {
 public:
  explicit TickGrid(std::size_t most_steps = std::numeric_limits<std::size_t>::max())
      : most_steps_(most_steps) {}

  /// Adds a host's ticks; the order of hosts does not matter.
  void add(const store::HostTimes& times, double interval_seconds);

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// End of the step: the mean over hosts, in seconds since tick 0.
  [[nodiscard]] double end(std::size_t step) const;
  [[nodiscard]] double seconds(std::size_t step) const;
  [[nodiscard]] std::int64_t ticks_per_step() const { return ticks_per_step_; }
  /// The last tick of the step.
  [[nodiscard]] std::int64_t tick(std::size_t step) const { return entries_[step].tick; }
  /// The step that contains the tick; size() if it is after the last one.
  [[nodiscard]] std::size_t find(std::int64_t tick) const;

 private:
  struct Entry {
    std::int64_t tick = 0;
    double sum = 0;  ///< sum of the hosts' sample times
    double hosts = 0;
  };

  void merge(std::vector<Entry>& others);
  /// Merges the ticks of each step into its last one.
  void join();

  std::size_t most_steps_;
  std::int64_t ticks_per_step_ = 1;
  std::vector<Entry> entries_;  ///< ascending, at most one per step
};

/// Largest number of steps for summaries; in a longer run a step has several ticks.
inline constexpr std::size_t most_summary_steps = std::size_t{1} << 17U;

/// The grid of all readable hosts.
[[nodiscard]] TickGrid grid_of(const store::RunFileReader& run,
                               std::size_t most_steps = std::numeric_limits<std::size_t>::max());

/// Computes quantities for the run by combining hosts tick by tick. If an interval of a host spans
/// ticks without a sample, its rate is taken as constant; a gap (see series_reader.hpp) is in no
/// step, but in visit_gaps(). A host without a value at a tick is left out of the sum; after a
/// reset the sum is unknown. Of a mean over events, a host without events in an interval is left
/// out of the step; its time is in visit_gaps().
class RunSums {
 public:
  /// `grid` must outlive this object.
  RunSums(const TickGrid& grid, std::vector<const Quantity*> quantities);

  /// Adds a host's quantity, given by its index in the constructor's list.
  void add(const Intervals& intervals, std::size_t index, const Fractions& fractions);

  [[nodiscard]] const std::vector<const Quantity*>& quantities() const { return quantities_; }
  [[nodiscard]] const TickGrid& grid() const { return *grid_; }
  [[nodiscard]] const Fractions& sums(std::size_t quantity) const { return sums_[quantity]; }
  /// Receives what happened in gaps of hosts. `denominator`: without the seconds that the steps
  /// have already. `begin` and `end`: of the gap, in seconds since tick 0.
  using TakeGap =
      std::function<void(double numerator, double denominator, double begin, double end)>;
  void visit_gaps(std::size_t index, const TakeGap& take) const;
  /// The value of each step; absent if unknown.
  [[nodiscard]] std::vector<double> values(std::size_t quantity) const;
  /// Whether any host has it.
  [[nodiscard]] bool has(std::size_t quantity) const { return seen_[quantity]; }

 private:
  /// A step that overlaps an interval. `share`: fraction of the interval in the step; `is_whole`:
  /// the interval spans the whole step.
  struct Overlap {
    double share = 1;
    bool is_whole = true;
  };
  void add_at(std::size_t step, Overlap overlap, std::size_t index, double numerator,
              double denominator);
  void add_gap(std::size_t index, std::int64_t begin, std::int64_t end, double numerator,
               double denominator);
  [[nodiscard]] std::size_t step_after(std::int64_t tick);

  struct Gap {
    double numerator = 0;
    double denominator = 0;
  };
  /// By the first and the last step of gaps.
  using Gaps = std::map<std::pair<std::size_t, std::size_t>, Gap>;

  const TickGrid* grid_;
  std::vector<const Quantity*> quantities_;
  std::vector<Fractions> sums_;
  std::vector<Gaps> gaps_;
  std::vector<bool> seen_;
  std::size_t latest_step_ = 0;
};

/// Sums over all readable hosts. Memory must suffice for the quantities, see quantities_at_once().
[[nodiscard]] RunSums sums_of(const store::RunFileReader& run, const TickGrid& grid,
                              const std::vector<const Quantity*>& quantities);

/// Number of quantities that fit in memory together for a grid of this size; at least one.
[[nodiscard]] std::size_t quantities_at_once(std::size_t steps);

}  // namespace tscollect::analysis
