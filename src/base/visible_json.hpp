#pragma once

#include <string>

namespace tscollect::app {

/// JSON in UTF-8 that says the same without characters that a terminal obeys or that deceive who
/// reads it: they become "\\uXXXX". JSON itself has that done for the first 32 only.
[[nodiscard]] std::string visible_json(std::string json);

}  // namespace tscollect::app
