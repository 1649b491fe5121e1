#pragma once

#include "run/messages.hpp"

#include <string>
#include <string_view>

namespace tscollect::run {

/// What became of the collector, for the user: a line, and below it what was said beyond the usual.
[[nodiscard]] std::string describe(const Outcome& outcome, bool verbose);

/// Writes to standard error what somebody is there to take: a reader that does not read, a full
/// disk or a closed stream costs the words and nothing else.
void say(std::string_view text);

}  // namespace tscollect::run
