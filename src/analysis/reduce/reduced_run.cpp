#include "analysis/reduce/reduced_run.hpp"

#include "analysis/run_summary.hpp"
#include "store/hdf5/store_error.hpp"

#include <algorithm>
#include <utility>

namespace tscollect::analysis {

namespace {

// Limits that keep the page of any run below 5 MB: points per curve, cells per heat map.
constexpr std::size_t most_slots = 2000;
constexpr std::size_t most_joined_slots =
    1000;  ///< each has two points, the lowest and the highest value
constexpr std::size_t most_band_slots = 1200;
constexpr std::size_t most_cells = 120'000;
constexpr std::size_t most_columns = 600;
constexpr std::size_t fewest_columns = 60;

std::size_t fine_slots(std::size_t steps, std::size_t hosts) {
  if (hosts > most_hosts_as_lines) return most_band_slots;
  return steps <= most_slots ? most_slots : most_joined_slots;
}

std::size_t coarse_slots(std::size_t steps, std::size_t hosts) {
  if (hosts <= most_hosts_as_band) return fine_slots(steps, hosts);
  return std::clamp(most_cells / hosts, fewest_columns, most_columns);
}

std::vector<const Quantity*> joined(std::vector<const Quantity*> quantities,
                                    const std::vector<const Quantity*>& others) {
  for (const Quantity* other : others)
    if (std::ranges::find(quantities, other) == quantities.end()) quantities.push_back(other);
  return quantities;
}

RuleContext context_of(const ReducedRun& reduced, const RunPhases& phases, double interval) {
  RuleContext context{&reduced.coarse, phases.clock, interval, {}};
  if (reduced.coarse.size() == 0) return context;
  const Period all{phases.grid.end(0), phases.grid.end(phases.grid.size() - 1)};
  context.parts.push_back({"the run", all, {0, reduced.coarse.size()}});
  for (const Phase& phase : phases.phases) {
    const Period period = period_of(phase, phases.clock);
    const Slots::Range slots = reduced.coarse.range_of(period);
    const bool is_part = phase.origin == PhaseOrigin::marked || phase.origin == PhaseOrigin::found;
    if (is_part && slots.first < slots.last && context.parts.size() <= most_phases_followed)
      context.parts.push_back({phase.name, period, slots});
  }
  return context;
}

class Reading {
 public:
  Reading(const store::RunFileReader& run, const RunPhases& phases, ReducedRun& reduced)
      : run_(run),
        reduced_(reduced),
        interval_(run.run().collection_interval_seconds),
        context_(context_of(reduced, phases, interval_)),
        rules_(make_rules()) {}

  /// Passes all hosts to the rules; `sums` receives their sums, unless it is nullptr.
  void read_hosts(RunSums* sums, const std::function<void(std::size_t)>& progress) {
    std::size_t done = 0;
    for (const block::HostOutcome& outcome : run_.hosts()) {
      progress(done++);
      if (outcome.state == block::HostState::missing) {
        for (const auto& rule : rules_) rule->take_missing(outcome);
        continue;
      }
      try {
        read_host(outcome, sums);
      } catch (const UnreadableHost& error) {
        reduced_.unreadable.push_back({outcome.summary.name, error.what()});
      } catch (const store::StoreError& error) {
        reduced_.unreadable.push_back({outcome.summary.name, error.what()});
      }
    }
  }

  void finish() {
    for (const auto& rule : rules_) {
      if (!context_.parts.empty())
        for (Finding& finding : rule->finish(reduced_.hosts, context_))
          reduced_.findings.push_back(std::move(finding));
      reduced_.rules.push_back({&rule->description(), rule->was_judged(), rule->nearest()});
    }
  }

 private:
  void read_host(const block::HostOutcome& outcome, RunSums* sums) {
    const std::string& name = outcome.summary.name;
    HostSlots series(
        reduced_.coarse, reduced_.quantities, is_judged_by_device, interval_ / 2,
        [sums](const Intervals& intervals, std::size_t quantity, const Fractions& fractions) {
          if (sums != nullptr) sums->add(intervals, quantity, fractions);
        });
    block::HostSummary summary = run_.open_host(name).layout().summary;
    read_series(run_, name, {reduced_.quantities, {}, true}, series);
    series.finish();
    reduced_.hosts.add(name, series);
    reduced_.devices_left_out += series.devices_left_out();
    for (const auto& rule : rules_) rule->take({summary, outcome.state, series}, context_);
    reduced_.summaries.push_back(std::move(summary));
  }

  const store::RunFileReader& run_;
  ReducedRun& reduced_;
  double interval_;
  RuleContext context_;
  std::vector<std::unique_ptr<Rule>> rules_;
};

}  // namespace

ReducedRun::ReducedRun(const RunPhases& phases, std::size_t host_count,
                       std::vector<const Quantity*> all_quantities)
    : fine(phases.grid, fine_slots(phases.grid.size(), host_count)),
      coarse(phases.grid, coarse_slots(phases.grid.size(), host_count), fine.steps_per_slot()),
      quantities(std::move(all_quantities)),
      hosts(coarse, quantities) {}

std::unique_ptr<ReducedRun> reduce_run(const store::RunFileReader& run, const RunPhases& phases,
                                       const std::vector<const Quantity*>& shown,
                                       const std::function<void(std::size_t)>& progress) {
  const auto host_count = static_cast<std::size_t>(std::ranges::count_if(
      run.hosts(),
      [](const block::HostOutcome& host) { return host.state != block::HostState::missing; }));
  auto reduced = std::make_unique<ReducedRun>(phases, host_count, joined(shown, rule_quantities()));
  const std::vector<const Quantity*>& all = reduced->quantities;
  const double shortest = run.run().collection_interval_seconds / 2;
  const auto add_totals = [&](const RunSums& sums) {
    for (std::size_t i = 0; i < sums.quantities().size(); ++i)
      reduced->totals.push_back(sums.has(i) ? analysis::reduce(sums, i, reduced->fine, shortest)
                                            : SlotSeries());
  };
  Reading reading(run, phases, *reduced);
  const std::size_t at_once = quantities_at_once(phases.grid.size());
  if (at_once >= all.size()) {
    RunSums sums(phases.grid, all);
    reading.read_hosts(&sums, progress);
    add_totals(sums);
  } else {
    reading.read_hosts(nullptr, progress);
    for (std::size_t first = 0; first < all.size(); first += at_once) {
      const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first);
      const auto count = std::min(at_once, all.size() - first);
      add_totals(sums_of(run, phases.grid, {begin, begin + static_cast<std::ptrdiff_t>(count)}));
    }
  }
  reading.finish();
  return reduced;
}

}  // namespace tscollect::analysis
