#pragma once

#include "analysis/phase.hpp"
#include "analysis/run_sums.hpp"
#include "analysis/tally.hpp"

#include <span>
#include <vector>

namespace tscollect::analysis {

// How phases are found in runs without marks. For each direction (read and write of disks, receive
// and send of networks), over the whole run:
//
// 1. The typical rate R is the mean weighted by bytes, not by time: Σ rate² / Σ rate. Idle time
//    does not lower it.
// 2. A period of activity starts where the rate is at least R / 4, and extends in both directions
//    while it is at least R / 16 (hysteresis). Pauses of up to two steps or a second are included.
// 3. Steps at its edges with less than half of the period's median rate are removed, as activity
//    covered only a part of them. So edges are at samples.
// 4. Periods of fewer than three steps are dropped, as are those below 1 MB/s or below a twentieth
//    of the R of the busier direction.
//
// If disks, NFS or Lustre move at least a tenth of all bytes, the periods of the busiest of them
//    are used ("write 1", "read 1"), otherwise those of the network with most traffic ("send 1",
//    "receive 1").

/// Periods of activity in one direction. `values`: the rate of each step; `floor`: rates below it
/// are not activity.
[[nodiscard]] std::vector<Period> find_periods(const TickGrid& grid, std::span<const double> values,
                                               double floor);

/// The mean weighted by bytes; 0 if there are none.
[[nodiscard]] double typical_rate(const TickGrid& grid, std::span<const double> values);

/// The quantities used to find phases.
[[nodiscard]] std::vector<const Quantity*> activity_quantities();

/// Phases ordered by their begin. `sums`: of activity_quantities().
[[nodiscard]] std::vector<Phase> find_phases(const RunSums& sums, const RunClock& clock);

}  // namespace tscollect::analysis
