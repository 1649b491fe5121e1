#include "analysis/phase.hpp"

#include "marks/mark.hpp"

#include <tscollect/time.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace tscollect::analysis {

namespace {

/// Removes a line from the front of `text` and returns its CSV cells; a quoted cell may contain
/// newlines.
std::vector<std::string> next_line(std::string_view& text) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  while (!text.empty()) {
    const char character = text.front();
    text.remove_prefix(1);
    if (quoted) {
      if (character != '"') {
        cells.back() += character;
      } else if (text.starts_with('"')) {
        cells.back() += character;
        text.remove_prefix(1);
      } else {
        quoted = false;
      }
    } else if (character == '"' && cells.back().empty()) {
      quoted = true;
    } else if (character == ',') {
      cells.emplace_back();
    } else if (character == '\n') {
      break;
    } else if (character != '\r') {
      cells.back() += character;
    }
  }
  return cells;
}

Result<Phase> phase_of(const std::vector<std::string>& cells, const RunClock& clock) {
  if (cells.size() != 3) return Error{"is not name,begin,end"};
  if (cells[0].empty()) return Error{"has no name"};
  if (std::string error = marks::error_in_name(cells[0]); !error.empty()) return Error{error};
  const auto begin = parse_moment(cells[1], clock);
  if (!begin) return begin.error();
  const auto end = parse_moment(cells[2], clock);
  if (!end) return end.error();
  if (end.value() < begin.value()) return Error{"ends before it begins"};
  return Phase{cells[0], clock.utc_ns(begin.value()), clock.utc_ns(end.value()),
               "",       PhaseOrigin::marked,         0};
}

}  // namespace

std::string_view to_string(PhaseOrigin origin) noexcept {
  switch (origin) {
    case PhaseOrigin::run: return "run";
    case PhaseOrigin::command: return "command";
    case PhaseOrigin::marked: return "marked";
    case PhaseOrigin::found: break;
  }
  return "found";
}

std::optional<Phase> command_phase(const block::RunInfo& run,
                                   const std::vector<block::HostOutcome>& hosts,
                                   std::int64_t run_end_ns) {
  if (!run.command) return std::nullopt;
  const auto begin = parse_timestamp(run.command->begin);
  if (!begin) return std::nullopt;
  const auto end = parse_timestamp(run.command->end);
  const auto host = std::ranges::find(
      hosts, run.command->host, [](const block::HostOutcome& one) { return one.summary.name; });
  std::int64_t offset_ns = 0;
  if (host != hosts.end() && host->summary.clock_at_start.is_measured())
    offset_ns = host->summary.clock_at_start.offset_ns;
  const auto by_rank_0 = [offset_ns](const Result<WallTime>& time) {
    const std::int64_t ns = time.value().time_since_epoch().count();
    std::int64_t corrected = 0;
    return __builtin_sub_overflow(ns, offset_ns, &corrected) ? ns : corrected;
  };
  Phase phase{"command",         by_rank_0(begin),     end ? by_rank_0(end) : run_end_ns,
              run.command->host, PhaseOrigin::command, 0};
  phase.end_ns = std::max(phase.begin_ns, phase.end_ns);
  return phase;
}

std::vector<Phase> stored_phases(const block::RunInfo& run) {
  std::vector<Phase> phases;
  phases.reserve(run.phases.size());
  for (const block::RunPhase& phase : run.phases)
    phases.push_back(
        {phase.name, phase.begin_ns, phase.end_ns, phase.host, PhaseOrigin::marked, phase.level});
  return phases;
}

void nest(std::vector<Phase>& phases) {
  std::ranges::stable_sort(phases, [](const Phase& one, const Phase& other) {
    return one.begin_ns != other.begin_ns ? one.begin_ns < other.begin_ns
                                          : one.end_ns > other.end_ns;
  });
  std::vector<std::int64_t> ends;  // of those that go on, each within the one before it
  for (Phase& phase : phases) {
    while (!ends.empty() && (ends.back() <= phase.begin_ns || ends.back() < phase.end_ns))
      ends.pop_back();
    phase.level = std::ssize(ends);
    ends.push_back(phase.end_ns);
  }
}

Result<std::vector<Phase>> parse_phases(std::string_view text, const RunClock& clock) {
  std::vector<Phase> phases;
  for (int line = 1; !text.empty(); ++line) {
    const std::vector<std::string> cells = next_line(text);
    if (cells.size() == 1 && cells[0].empty()) continue;
    if (line == 1 && cells == std::vector<std::string>{"name", "begin", "end"}) continue;
    Result<Phase> phase = phase_of(cells, clock);
    if (!phase) return Error{fmt::format("line {}: {}", line, phase.error().message)};
    phases.push_back(std::move(phase.value()));
  }
  if (phases.empty()) return Error{"has no phases"};
  return phases;
}

}  // namespace tscollect::analysis
