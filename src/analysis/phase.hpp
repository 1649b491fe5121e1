#pragma once

#include "analysis/run_clock.hpp"
#include "block/run_info.hpp"

#include <tscollect/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::analysis {

/// Origin of a phase.
enum class PhaseOrigin : std::uint8_t {
  run,      ///< the whole run
  command,  ///< the command of tscollect-run
  marked,   ///< marked by the user, in the run or in a file of phases
  found,    ///< found in the activity of devices
};

[[nodiscard]] std::string_view to_string(PhaseOrigin origin) noexcept;

/// A named part of the run. Times are UTC by rank 0's clock.
struct Phase {
  std::string name;
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  std::string host;  ///< where it was marked; empty: unknown, or the run's
  PhaseOrigin origin = PhaseOrigin::marked;
  std::int64_t level = 0;  ///< within so many others of its kind

  bool operator==(const Phase&) const = default;
};

/// The phase of tscollect-run's command, if the file has one. If the command had not ended, the
/// phase ends with the run, at `run_end_ns`.
[[nodiscard]] std::optional<Phase> command_phase(const block::RunInfo& run,
                                                 const std::vector<block::HostOutcome>& hosts,
                                                 std::int64_t run_end_ns);

/// Those that stand in the file, in their order.
[[nodiscard]] std::vector<Phase> stored_phases(const block::RunInfo& run);

/// Puts phases in the order in which they begin, outer ones before those within them, and says how
/// deep each is nested. Phases that overlap are not within each other.
void nest(std::vector<Phase>& phases);

/// Parses a table of phases: lines of name,begin,end, optionally after a heading. Times: see
/// parse_moment(). Names may be quoted as in RFC 4180. Error: names the invalid line.
[[nodiscard]] Result<std::vector<Phase>> parse_phases(std::string_view text, const RunClock& clock);

}  // namespace tscollect::analysis
