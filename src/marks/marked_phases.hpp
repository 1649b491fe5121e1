#pragma once

#include "block/run_info.hpp"
#include "marks/marks_file.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tscollect::marks {

/// A host's clocks, to convert the times of its marks.
struct HostClocks {
  std::string name;               ///< in the file
  std::string boot_id;            ///< empty: not known
  std::int64_t zero_mono_ns = 0;  ///< when tick 0 was due, by its monotonic clock
  block::ClockOffset at_start;
  block::ClockOffset at_stop;
};

/// Times are UTC by rank 0's clock.
struct RunClocks {
  std::vector<HostClocks> hosts;
  std::int64_t zero_ns = 0;  ///< when tick 0 was due
  std::int64_t end_ns = 0;   ///< of the last sample
};

/// The clocks of a run's hosts. `zero_mono_ns`: when tick 0 was due, by rank 0's monotonic clock.
[[nodiscard]] RunClocks clocks_of(std::span<const block::HostOutcome> hosts,
                                  std::int64_t zero_mono_ns);

struct MarkedPhases {
  std::vector<block::RunPhase> phases;  ///< ordered by their begin, outer ones first
  std::vector<std::string> notes;       ///< marks that were not used, and why
};

// How marks become phases:
//
// - All hosts of a run mark the same phases. Marks are taken in the order of their times on rank
//   0's clock; those of one time in the order in which they stand in the file.
// - `next` ends the phase that an earlier `next` began, and begins one in its place: where phases
//   were begun with `begin`, within the innermost of them.
// - `begin` begins a phase within those that go on. `end` ends the innermost one, or the innermost
//   of that name with all that goes on within it.
// - If several hosts mark the same phase, it begins and ends with the first of them: a `next` or a
//   `begin` of a name that another host has begun changes nothing, and neither does its `end`.
// - What goes on at the end of the run ends with it. What begins later is left out.

[[nodiscard]] MarkedPhases phases_of(const Marks& marks, const RunClocks& clocks);

}  // namespace tscollect::marks
