#include "marks/marked_phases.hpp"

#include "base/checked_math.hpp"
#include "base/text/format.hpp"
#include "base/text/printable.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace tscollect::marks {

using base::saturating_difference;
using base::saturating_sum;

namespace {

constexpr std::size_t most_nested = 64;
constexpr std::size_t most_named = 3;
/// The file exists briefly before the run begins, and clocks that were not compared may differ.
constexpr std::int64_t longest_lead_ns = 86'400'000'000'000;

/// The host whose clocks gave the mark's times; nullptr: not a host of the run.
const HostClocks* find_host(const Mark& mark, const std::vector<HostClocks>& hosts) {
  const HostClocks* same_boot = nullptr;
  const HostClocks* same_name = nullptr;
  for (const HostClocks& host : hosts) {
    const bool is_same_boot = !mark.boot_id.empty() && host.boot_id == mark.boot_id;
    if (is_same_boot && host.name == mark.host) return &host;
    if (is_same_boot && same_boot == nullptr) same_boot = &host;
    if (host.name == mark.host) same_name = &host;
  }
  // In a container a host may have any name.
  return same_boot != nullptr ? same_boot : same_name;
}

bool was_booted_since(const Mark& mark, const HostClocks& host) {
  return !mark.boot_id.empty() && !host.boot_id.empty() && mark.boot_id != host.boot_id;
}

/// Nanoseconds since tick 0 of a time of this host's monotonic clock. Its offset is interpolated
/// linearly between start and stop.
std::int64_t elapsed_ns(std::int64_t mono_ns, const HostClocks& host, std::int64_t run_ns) {
  const std::int64_t elapsed = saturating_difference(mono_ns, host.zero_mono_ns);
  if (!host.at_start.is_measured() || !host.at_stop.is_measured() || run_ns <= 0) return elapsed;
  const double share =
      std::clamp(static_cast<double>(elapsed) / static_cast<double>(run_ns), 0.0, 1.0);
  const auto growth = static_cast<double>(
      saturating_difference(host.at_stop.mono_offset_ns, host.at_start.mono_offset_ns));
  constexpr double farthest = 9e18;
  return saturating_difference(elapsed,
                               std::llround(std::clamp(share * growth, -farthest, farthest)));
}

struct PlacedMark {
  const Mark* mark = nullptr;
  std::int64_t time_ns = 0;  ///< UTC by rank 0's clock
};

/// Marks that could not be used: one message for each reason.
class Notes {
 public:
  void add(const std::string& reason, const std::string& name) {
    auto& names = names_[reason];
    ++names.count;
    if (names.first.size() < most_named) names.first.push_back(base::printable(name));
  }

  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (const auto& [reason, names] : names_)
      lines.push_back(fmt::format("{} {}: {}{}", base::counted(names.count, "mark"), reason,
                                  fmt::join(names.first, ", "),
                                  names.count > std::ssize(names.first) ? ", …" : ""));
    return lines;
  }

 private:
  struct Names {
    std::int64_t count = 0;
    std::vector<std::string> first;
  };
  std::map<std::string, Names> names_;
};

std::vector<PlacedMark> place(const Marks& marks, const RunClocks& clocks, Notes& notes) {
  const std::int64_t run_ns = saturating_difference(clocks.end_ns, clocks.zero_ns);
  std::vector<PlacedMark> placed;
  placed.reserve(marks.marks.size());
  for (const Mark& mark : marks.marks) {
    const HostClocks* host = find_host(mark, clocks.hosts);
    std::int64_t time_ns = mark.wall_ns;
    if (host != nullptr && !was_booted_since(mark, *host))
      time_ns = saturating_sum(clocks.zero_ns, elapsed_ns(mark.mono_ns, *host, run_ns));
    else if (host != nullptr && host->at_start.is_measured())
      time_ns = saturating_difference(time_ns, host->at_start.offset_ns);
    else
      notes.add("made where no rank sampled, and taken by the clock there", mark.host);
    placed.push_back({&mark, time_ns});
  }
  std::ranges::stable_sort(placed, {}, &PlacedMark::time_ns);
  return placed;
}

/// Processes the marks in order.
class PhaseBuilder {
 public:
  explicit PhaseBuilder(Notes& notes) : notes_(notes) {}

  void take(const Mark& mark, std::int64_t time_ns) {
    switch (mark.kind) {
      case MarkKind::next: return this->next(mark, time_ns);
      case MarkKind::begin: return this->begin(mark, time_ns);
      case MarkKind::end: return this->end(mark, time_ns);
    }
  }

  /// Ends the current phases now.
  std::vector<block::RunPhase> finish(std::int64_t time_ns) {
    while (!open_.empty()) close({}, time_ns);
    return std::move(phases_);
  }

 private:
  struct Open {
    std::size_t index = 0;  ///< index in phases_
    bool encloses = false;  ///< begun by `begin`, so that `next` does not end it
    std::set<std::string> hosts;
  };

  void next(const Mark& mark, std::int64_t time_ns) {
    if (!open_.empty() && !open_.back().encloses) {
      if (phases_[open_.back().index].name == mark.name &&
          open_.back().hosts.insert(mark.host).second)
        return;
      close(mark.host, time_ns);
    }
    open(mark, time_ns, false);
  }

  void begin(const Mark& mark, std::int64_t time_ns) {
    const auto same = std::find_if(open_.rbegin(), open_.rend(), [&](const Open& each) {
      return each.encloses && phases_[each.index].name == mark.name &&
             !each.hosts.contains(mark.host);
    });
    if (same == open_.rend())
      open(mark, time_ns, true);
    else
      same->hosts.insert(mark.host);
  }

  void end(const Mark& mark, std::int64_t time_ns) {
    // Another host has ended it before.
    if (const auto ended = ended_.find(mark.name);
        ended != ended_.end() && ended->second.erase(mark.host) > 0)
      return;
    const auto is_it = [&](const Open& each) {
      return mark.name.empty() || phases_[each.index].name == mark.name;
    };
    const auto innermost = std::find_if(open_.rbegin(), open_.rend(), is_it);
    if (innermost == open_.rend())
      return notes_.add("of the end of a phase that was not begun",
                        mark.name.empty() ? "--end" : mark.name);
    for (auto left = innermost - open_.rbegin(); left >= 0; --left) close(mark.host, time_ns);
  }

  void open(const Mark& mark, std::int64_t time_ns, bool encloses) {
    if (open_.size() >= most_nested)
      return notes_.add(fmt::format("nested deeper than {}", most_nested), mark.name);
    ended_[mark.name].erase(mark.host);
    const auto level = static_cast<std::int64_t>(open_.size());
    open_.push_back({phases_.size(), encloses, {mark.host}});
    phases_.push_back({mark.name, time_ns, time_ns, mark.host, level});
  }

  /// Ends the innermost phase.
  void close(const std::string& host, std::int64_t time_ns) {
    Open& closed = open_.back();
    block::RunPhase& phase = phases_[closed.index];
    phase.end_ns = std::max(phase.begin_ns, time_ns);
    closed.hosts.erase(host);
    ended_[phase.name].merge(closed.hosts);
    open_.pop_back();
  }

  Notes& notes_;
  std::vector<block::RunPhase> phases_;
  std::vector<Open> open_;
  std::map<std::string, std::set<std::string>>
      ended_;  ///< hosts whose end is still expected, by phase name
};

}  // namespace

RunClocks clocks_of(std::span<const block::HostOutcome> hosts, std::int64_t zero_mono_ns) {
  RunClocks clocks;
  const auto times = block::times_of(hosts);
  if (!times) return clocks;
  clocks.zero_ns = times->zero_ns;
  clocks.end_ns = saturating_sum(times->zero_ns, times->last_elapsed_ns);
  for (const block::HostOutcome& host : hosts) {
    const block::HostSummary& summary = host.summary;
    if (!summary.clock_at_start.is_measured()) continue;
    clocks.hosts.push_back({summary.name, summary.facts.boot_id,
                            saturating_sum(zero_mono_ns, summary.clock_at_start.mono_offset_ns),
                            summary.clock_at_start, summary.clock_at_stop});
  }
  return clocks;
}

MarkedPhases phases_of(const Marks& marks, const RunClocks& clocks) {
  Notes notes;
  PhaseBuilder builder(notes);
  for (const auto& [mark, time_ns] : place(marks, clocks, notes)) {
    if (time_ns < saturating_difference(clocks.zero_ns, longest_lead_ns)) {
      notes.add("made long before the run", mark->name);
      continue;
    }
    if (time_ns > clocks.end_ns) {
      // Phases that end later than the run end with it.
      if (mark->kind != MarkKind::end) notes.add("made after the last sample", mark->name);
      continue;
    }
    builder.take(*mark, time_ns);
  }
  MarkedPhases found{builder.finish(clocks.end_ns), notes.lines()};
  if (marks.bad_lines > 0) {
    std::string line = fmt::format(
        "{} of the marks' file cannot be read: {}",
        base::counted(static_cast<std::int64_t>(marks.bad_lines), "line"), marks.first_bad.front());
    for (std::size_t i = 1; i < marks.first_bad.size(); ++i) line += "; " + marks.first_bad[i];
    found.notes.push_back(std::move(line));
  }
  if (marks.is_cut)
    found.notes.push_back(
        fmt::format("the marks' file is longer than {} MiB; what stands behind is left out",
                    most_bytes >> 20U));
  return found;
}

}  // namespace tscollect::marks
