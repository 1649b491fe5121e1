#pragma once

#include "analysis/phase.hpp"
#include "analysis/run_clock.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace tscollect::analysis {

/// Finds the phase at a given time: the innermost one, if they are nested.
class PhaseTimeline {
 public:
  /// `phases`: in the order of nest(); kept as a reference.
  PhaseTimeline(std::span<const Phase> phases, const RunClock& clock);

  /// `seconds` since tick 0. A phase includes its begin but not its end. nullptr: no phase.
  [[nodiscard]] const Phase* at(double seconds) const;

 private:
  struct Change {
    double seconds = 0;
    const Phase* phase = nullptr;  ///< from this time on
  };
  std::vector<Change> changes_;
};

}  // namespace tscollect::analysis
