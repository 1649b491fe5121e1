#pragma once

#include "run/messages.hpp"

#include <string>
#include <string_view>

namespace tscollect::run {

/// The outcome of the collector, for the user: a line, and below it unusual output.
[[nodiscard]] std::string describe(const Outcome& outcome, bool verbose);

/// What is said of a launcher that ended before rank 0 had reported.
[[nodiscard]] std::string ended_before_start(int status);

/// The path relative to the current folder, if that is shorter.
[[nodiscard]] std::string short_path(const std::string& path);

/// Writes to standard error as much as it accepts without blocking: a stalled reader, a full disk
/// or a closed stream loses the text and has no other effect.
void say(std::string_view text);

}  // namespace tscollect::run
