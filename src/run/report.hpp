#pragma once

#include "run/messages.hpp"

#include <string>
#include <string_view>

namespace tscollect::run {

/// The outcome of the collector, for the user: a line, and below it unusual output.
[[nodiscard]] std::string describe(const Outcome& outcome, bool verbose);

/// Writes to standard error as much as it accepts without blocking: a stalled reader, a full disk
/// or a closed stream loses the text and has no other effect.
void say(std::string_view text);

}  // namespace tscollect::run
