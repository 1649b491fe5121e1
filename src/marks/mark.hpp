#pragma once

#include "block/run_info.hpp"

#include <tscollect/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

// The lines of a marks file, to which all processes of a benchmark may append: JSON, one object per
// line. The first line identifies the run. The collector appends the last one when it stops; lines
// after it are ignored.
//
//   {"tscollect_marks":1,"run":"<run id>","holder":"…"}
//   {"mark":"next","name":"write","host":"node01","boot_id":"0a1b…","wall_ns":…,"mono_ns":…}
//   {"mark":"begin","name":"round 1",…}
//   {"mark":"end","name":"round 1",…}
//   {"command":{"line":"./ior","host":"node01","begin":"2026-01-24T22:20:00.000Z"}}
//   {"closed":"2026-01-24T22:30:00.000Z"}

namespace tscollect::marks {

enum class MarkKind : std::uint8_t {
  next,   ///< begins a phase and ends the one before it
  begin,  ///< begins a phase within the current one
  end,    ///< ends a phase, and those within it
};

/// A mark, with the times of the host's clocks.
struct Mark {
  MarkKind kind = MarkKind::next;
  std::string name;  ///< for an end: empty for the phase that was begun last
  std::string host;
  std::string boot_id;  ///< boot id of its kernel; empty: unknown
  std::int64_t wall_ns = 0;
  std::int64_t mono_ns = 0;

  bool operator==(const Mark&) const = default;
};

/// The run of a marks file.
struct Head {
  std::string run_id;
  std::string holder;  ///< identifies the collector's process; may be empty
};
/// The end of the marks that the collector uses.
struct Closed {};

/// The command is the one that tscollect-run runs while collecting.
using Line = std::variant<Head, Mark, block::RunCommand, Closed>;

/// Longest name.
inline constexpr std::size_t longest_name = 1024;

/// Why a phase cannot have that name; empty: it can.
[[nodiscard]] std::string error_in_name(std::string_view name);

/// Each ends with a newline and contains no other one. Invalid UTF-8 is replaced.
[[nodiscard]] std::string to_line(const Head& head);
[[nodiscard]] std::string to_line(const Mark& mark);
[[nodiscard]] std::string to_line(const block::RunCommand& command);
[[nodiscard]] std::string to_line(const Closed& closed);

/// Parses a line without its newline. The line is untrusted. Error: what is wrong with it.
[[nodiscard]] Result<Line> parse_line(std::string_view text);

/// Beginnings of the lines of Head and Closed.
inline constexpr std::string_view head_front = R"({"tscollect_marks":)";
inline constexpr std::string_view closed_front = R"({"closed":)";

/// A mark with the current times of this host.
[[nodiscard]] Mark mark_now(MarkKind kind, std::string name);

}  // namespace tscollect::marks
