#pragma once

#include "analysis/phase.hpp"
#include "analysis/run_sums.hpp"
#include "analysis/tally.hpp"

#include <span>
#include <vector>

namespace tscollect::analysis {

// The rule by which phases are found where nobody marked them. For each direction (read and write
// of disks, receive and send of networks), over the whole run:
//
// 1. The typical rate R is the mean over bytes, not over time: Σ rate² / Σ rate. Idle time does not
//    lower it.
// 2. A period of activity begins where the rate is at least R / 4 and goes on, in both directions,
//    as long as it is at least R / 16 (hysteresis). Lulls of up to two steps or a second are part
//    of it.
// 3. Its edges are put to the sample: steps at them with less than half of the period's median rate
//    are left out, for in them it was under way for a part of the time only.
// 4. Periods of fewer than three steps are dropped, and so is what stays below 1 MB/s or below a
//    twentieth of the R of the busier direction.
//
// If disks move at least a tenth of all bytes, it is their periods ("write 1", "read 1"), else
// those of the network that moves most ("send 1", "receive 1").

/// Periods of activity in one direction. `values`: a rate for each step; `floor`: what is no
/// activity.
[[nodiscard]] std::vector<Period> find_periods(const TickGrid& grid, std::span<const double> values,
                                               double floor);

/// The mean over bytes; 0 without any.
[[nodiscard]] double typical_rate(const TickGrid& grid, std::span<const double> values);

/// The quantities from which phases are found.
[[nodiscard]] std::vector<const Quantity*> activity_quantities();

/// In the order in which they begin. `sums`: of activity_quantities().
[[nodiscard]] std::vector<Phase> find_phases(const RunSums& sums, const RunClock& clock);

}  // namespace tscollect::analysis
