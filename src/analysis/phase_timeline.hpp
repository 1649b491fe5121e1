#pragma once

#include "analysis/phase.hpp"
#include "analysis/run_clock.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace tscollect::analysis {

/// Says which phase was going on at a moment: of those within each other the innermost.
class PhaseTimeline {
 public:
  /// In the order of nest(). They are referred to.
  PhaseTimeline(std::span<const Phase> phases, const RunClock& clock);

  /// `seconds` since tick 0. A phase has its begin and not its end. nullptr: none was.
  [[nodiscard]] const Phase* at(double seconds) const;

 private:
  struct Change {
    double seconds = 0;
    const Phase* phase = nullptr;  ///< from then on
  };
  std::vector<Change> changes_;
};

}  // namespace tscollect::analysis
