#include "analysis/phase_timeline.hpp"

#include <algorithm>
#include <set>

namespace tscollect::analysis {

namespace {

struct Edge {
  std::int64_t time_ns = 0;
  std::size_t phase = 0;
  bool begins = false;
};

}  // namespace

PhaseTimeline::PhaseTimeline(std::span<const Phase> phases, const RunClock& clock) {
  std::vector<Edge> edges;
  edges.reserve(2 * phases.size());
  for (std::size_t i = 0; i < phases.size(); ++i) {
    edges.push_back({phases[i].begin_ns, i, true});
    edges.push_back({phases[i].end_ns, i, false});
  }
  // A phase without length ends before it could be current.
  std::ranges::stable_sort(edges, [](const Edge& one, const Edge& other) {
    return one.time_ns != other.time_ns ? one.time_ns < other.time_ns : one.begins > other.begins;
  });
  std::set<std::size_t> going_on;  // current phases; the innermost is the one that began last
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (edges[i].begins)
      going_on.insert(edges[i].phase);
    else
      going_on.erase(edges[i].phase);
    if (i + 1 < edges.size() && edges[i + 1].time_ns == edges[i].time_ns) continue;
    changes_.push_back({clock.seconds(edges[i].time_ns),
                        going_on.empty() ? nullptr : &phases[*going_on.rbegin()]});
  }
}

const Phase* PhaseTimeline::at(double seconds) const {
  const auto after = std::ranges::upper_bound(changes_, seconds, {}, &Change::seconds);
  return after == changes_.begin() ? nullptr : (after - 1)->phase;
}

}  // namespace tscollect::analysis
