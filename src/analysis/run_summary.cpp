#include "analysis/run_summary.hpp"

#include "analysis/summary_visitor.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace tscollect::analysis {

namespace {

constexpr auto names = std::to_array<std::string_view>({"disk.read.throughput",
                                                        "disk.write.throughput",
                                                        "disk.read.iops",
                                                        "disk.write.iops",
                                                        "disk.read.latency",
                                                        "disk.write.latency",
                                                        "disk.queue_depth",
                                                        "disk.busy",
                                                        "nfs.read.throughput",
                                                        "nfs.write.throughput",
                                                        "nfs.server_read.throughput",
                                                        "nfs.server_write.throughput",
                                                        "nfs.read.response_time",
                                                        "nfs.write.response_time",
                                                        "lustre.read.throughput",
                                                        "lustre.write.throughput",
                                                        "lustre.server_read.throughput",
                                                        "lustre.server_write.throughput",
                                                        "lustre.read.response_time",
                                                        "lustre.write.response_time",
                                                        "net.rx.throughput",
                                                        "net.tx.throughput",
                                                        "rdma.rx.throughput",
                                                        "rdma.tx.throughput",
                                                        "cpu.busy",
                                                        "cpu.iowait",
                                                        "pressure.io.some",
                                                        "memory.available",
                                                        "load.1min"});

bool is_throughput(const Quantity& quantity) { return quantity.name.ends_with(".throughput"); }

/// The value of a quantity for a host in one phase.
struct HostValue {
  std::size_t host = 0;
  double value = 0;
};
using ByPhase = std::vector<std::vector<std::vector<HostValue>>>;  // [phases][quantities]

std::vector<Period> periods_of(const RunSummary& summary) {
  std::vector<Period> periods;
  for (const PhaseSummary& phase : summary.phases) periods.push_back(phase.period);
  // The whole run, without limits.
  constexpr double forever = std::numeric_limits<double>::infinity();
  periods.front() = {-forever, forever};
  return periods;
}

void find_lowest_memory(RunSummary& summary, const std::string& host, const SummaryVisitor& visitor,
                        const std::vector<const Quantity*>& quantities) {
  const auto memory = std::ranges::find(quantities, find_quantity("memory.available"));
  if (memory == quantities.end()) return;
  for (std::size_t i = 0; i < summary.phases.size(); ++i) {
    const Tally& tally = visitor.tally(i, static_cast<std::size_t>(memory - quantities.begin()));
    auto& lowest = summary.phases[i].lowest_memory;
    if (tally.lowest() && (!lowest || *tally.lowest() < lowest->value))
      lowest = LowestValue{host, *tally.lowest(), tally.lowest_at()};
  }
}

std::optional<SlowestHost> slowest_of(const std::vector<std::string>& host_names,
                                      const std::vector<const Quantity*>& quantities,
                                      std::vector<std::vector<HostValue>>& by_quantity) {
  const auto sum = [](const std::vector<HostValue>& values) {
    double all = 0;
    for (const HostValue& one : values) all += one.value;
    return all;
  };
  const auto busiest = std::ranges::max_element(by_quantity, {}, sum);
  if (busiest == by_quantity.end() || busiest->size() < 2 || sum(*busiest) <= 0)
    return std::nullopt;
  std::ranges::stable_sort(*busiest, {}, &HostValue::value);
  const HostValue& slowest = busiest->front();
  return SlowestHost{host_names[slowest.host],
                     quantities[static_cast<std::size_t>(busiest - by_quantity.begin())],
                     slowest.value, (*busiest)[busiest->size() / 2].value};
}

/// Reads these quantities and adds them to the summary.
void add_quantities(const store::RunFileReader& run, const TickGrid& grid,
                    const std::vector<const Quantity*>& quantities, bool keep_devices,
                    RunSummary& summary, ByPhase& by_phase, std::size_t first_quantity,
                    std::vector<std::string>& host_names,
                    const std::function<void(std::size_t)>& progress) {
  const std::vector<Period> periods = periods_of(summary);
  const double shortest = run.run().collection_interval_seconds / 2;
  const SeriesChoice choice{quantities, {}, !keep_devices};
  RunSums sums(grid, quantities);
  std::size_t at = 0;
  for (const block::HostOutcome& outcome : run.hosts()) {
    if (outcome.state == block::HostState::missing) continue;
    const std::size_t index = at++;
    const std::string& name = outcome.summary.name;
    progress(index);
    if (first_quantity == 0) host_names.push_back(name);
    if (keep_devices && first_quantity == 0) summary.hosts.push_back({name, {}, {}, 0});
    SummaryVisitor visitor(quantities, periods, shortest, sums);
    try {
      read_series(run, name, choice, visitor);
    } catch (const UnreadableHost&) {
      if (std::ranges::find(summary.unreadable, name) == summary.unreadable.end())
        summary.unreadable.push_back(name);
      continue;  // reported in its digest
    }
    if (first_quantity == 0) {
      visitor.gaps().finish(grid);
      if (!visitor.gaps().periods().empty())
        summary.unsampled.push_back({name, visitor.gaps().periods(), visitor.gaps().left_out()});
    }
    if (keep_devices) visitor.add_to(summary.hosts[index]);
    find_lowest_memory(summary, name, visitor, quantities);
    for (std::size_t i = 0; i < quantities.size(); ++i)
      for (std::size_t phase = 0; is_throughput(*quantities[i]) && phase < periods.size(); ++phase)
        if (const auto mean = visitor.tally(phase, i).mean())
          by_phase[phase][first_quantity + i].push_back({index, *mean});
  }
  for (std::size_t i = 0; i < quantities.size(); ++i)
    for (std::size_t phase = 0; sums.has(i) && phase < periods.size(); ++phase)
      summary.phases[phase].measures.push_back(
          {quantities[i], tally_of(sums, i, periods[phase], shortest)});
}

void add_phases(RunSummary& summary, const RunPhases& phases) {
  const TickGrid& grid = phases.grid;
  Period all;
  if (grid.size() > 0) all = {grid.end(0), grid.end(grid.size() - 1)};
  summary.phases.push_back(
      {{"run", phases.clock.utc_ns(all.begin), phases.clock.utc_ns(all.end), "", PhaseOrigin::run},
       all,
       {},
       {},
       {}});
  for (const Phase& phase : phases.phases) {
    if (summary.phases.size() > most_phases_followed) {
      ++summary.phases_left_out;
      continue;
    }
    summary.phases.push_back({phase, period_of(phase, phases.clock), {}, {}, {}});
  }
}

}  // namespace

double UnsampledHost::seconds_in(const Period& period) const {
  double seconds = 0;
  for (const Period& one : periods)
    seconds += std::max(0.0, std::min(one.end, period.end) - std::max(one.begin, period.begin));
  return seconds;
}

const Tally* find_measure(const std::vector<Measure>& measures, std::string_view name) {
  const auto found = std::ranges::find_if(
      measures, [name](const Measure& measure) { return measure.quantity->name == name; });
  return found == measures.end() || !found->tally.mean() ? nullptr : &found->tally;
}

const std::vector<const Quantity*>& summary_quantities() {
  static const std::vector<const Quantity*> all = [] {
    std::vector<const Quantity*> found;
    found.reserve(std::size(names));
    for (const std::string_view name : names) found.push_back(find_quantity(name));
    return found;
  }();
  return all;
}

RunSummary summarize(const store::RunFileReader& run, const RunPhases& phases, bool keep_devices,
                     const std::function<void(std::size_t)>& progress) {
  RunSummary summary;
  summary.clock = phases.clock;
  summary.steps = phases.grid.size();
  add_phases(summary, phases);
  const std::vector<const Quantity*>& all = summary_quantities();
  std::vector<std::string> host_names;
  ByPhase by_phase(summary.phases.size(), std::vector<std::vector<HostValue>>(all.size()));
  const std::size_t at_once = quantities_at_once(phases.grid.size());
  for (std::size_t first = 0; first < all.size(); first += at_once) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end =
        all.begin() + static_cast<std::ptrdiff_t>(std::min(first + at_once, all.size()));
    add_quantities(run, phases.grid, {begin, end}, keep_devices, summary, by_phase, first,
                   host_names, progress);
  }
  for (std::size_t phase = 0; phase < summary.phases.size(); ++phase)
    summary.phases[phase].slowest = slowest_of(host_names, all, by_phase[phase]);
  return summary;
}

HostActivity read_activity(const store::RunFileReader& run, const std::string& host) {
  constexpr double forever = std::numeric_limits<double>::infinity();
  const std::vector<const Quantity*>& quantities = summary_quantities();
  const std::vector<Period> whole = {{-forever, forever}};
  const TickGrid none;
  RunSums sums(none, quantities);
  SummaryVisitor visitor(quantities, whole, run.run().collection_interval_seconds / 2, sums);
  read_series(run, host, {quantities, {}, false}, visitor);
  HostActivity activity{host, {}, {}, 0};
  visitor.add_to(activity);
  return activity;
}

}  // namespace tscollect::analysis
