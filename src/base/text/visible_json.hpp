#pragma once

#include <string>

namespace tscollect::base {

/// The same JSON, safe to print on a terminal: control characters and deceptive characters (marks
/// of writing direction, characters without width) become "\\uXXXX". JSON itself requires that only
/// for the first 32 code points.
[[nodiscard]] std::string visible_json(std::string json);

}  // namespace tscollect::base
