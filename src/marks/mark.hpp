#pragma once

#include "block/run_info.hpp"

#include <tscollect/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

// The lines of a marks file, to which whoever takes part in a benchmark appends: JSON, an object a
// line. The first one says whose run it is. The last one is the collector's when it stops; nothing
// is taken behind it.
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
  begin,  ///< begins a phase within the one that goes on
  end,    ///< ends one, and those within it
};

/// What somebody says of a phase, and when by the clocks of the host.
struct Mark {
  MarkKind kind = MarkKind::next;
  std::string name;  ///< of an end: empty for the phase that was begun last
  std::string host;
  std::string boot_id;  ///< of its kernel; empty: not known
  std::int64_t wall_ns = 0;
  std::int64_t mono_ns = 0;

  bool operator==(const Mark&) const = default;
};

/// The run that a marks file is of.
struct Head {
  std::string run_id;
  std::string holder;  ///< who the collector is, for itself; may be empty
};
/// The end of what the collector takes.
struct Closed {};

/// The command is the one beside which the run is taken, as tscollect-run marks it.
using Line = std::variant<Head, Mark, block::RunCommand, Closed>;

/// A name may be this long.
inline constexpr std::size_t longest_name = 1024;

/// Why no phase can have that name; empty: one can.
[[nodiscard]] std::string error_in_name(std::string_view name);

/// Each ends with a newline and has no other. What is not UTF-8 is replaced.
[[nodiscard]] std::string to_line(const Head& head);
[[nodiscard]] std::string to_line(const Mark& mark);
[[nodiscard]] std::string to_line(const block::RunCommand& command);
[[nodiscard]] std::string to_line(const Closed& closed);

/// Reads a line without its newline; it is untrusted. Error: what is wrong with it.
[[nodiscard]] Result<Line> parse_line(std::string_view text);

/// How the line of a Head and of a Closed begin.
inline constexpr std::string_view head_front = R"({"tscollect_marks":)";
inline constexpr std::string_view closed_front = R"({"closed":)";

/// A mark of this moment on this host.
[[nodiscard]] Mark mark_now(MarkKind kind, std::string name);

}  // namespace tscollect::marks
