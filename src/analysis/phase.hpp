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

/// Who says that a phase was one.
enum class PhaseOrigin : std::uint8_t {
  run,      ///< the whole run
  command,  ///< tscollect-run: its command
  marked,   ///< somebody marked it: in the file, or in a file of phases
  found,    ///< nobody: it follows from what the devices did
};

[[nodiscard]] std::string_view to_string(PhaseOrigin origin) noexcept;

/// A part of the run that has a name. Times are UTC by rank 0's clock.
struct Phase {
  std::string name;
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  std::string host;  ///< on which it was marked; empty: not known, or the run's
  PhaseOrigin origin = PhaseOrigin::marked;
  std::int64_t level = 0;  ///< within so many others of its kind

  bool operator==(const Phase&) const = default;
};

/// The command beside which the run was taken, if it is in the file. One that had not ended ends
/// with the run, at `run_end_ns`.
[[nodiscard]] std::optional<Phase> command_phase(const block::RunInfo& run,
                                                 const std::vector<block::HostOutcome>& hosts,
                                                 std::int64_t run_end_ns);

/// Those that stand in the file, in their order.
[[nodiscard]] std::vector<Phase> stored_phases(const block::RunInfo& run);

/// Puts phases in the order in which they begin, outer ones before those within them, and says how
/// deep each is nested. Phases that overlap are not within each other.
void nest(std::vector<Phase>& phases);

/// Reads a table of phases: lines of name,begin,end, the first of which may be a heading. Times are
/// as parse_moment() takes them; a name may stand in quotes, as in RFC 4180. Error: says which line
/// is wrong.
[[nodiscard]] Result<std::vector<Phase>> parse_phases(std::string_view text, const RunClock& clock);

}  // namespace tscollect::analysis
