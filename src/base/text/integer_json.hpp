#pragma once

#include <tscollect/result.hpp>

#include <nlohmann/json.hpp>

#include <string_view>

namespace tscollect::base {

/// Parses JSON in which every number is an integer. nlohmann::json would convert 1e300 to an
/// integer unchecked, which is undefined behaviour. Throws nlohmann's exceptions if the text is not
/// JSON.
inline Result<nlohmann::json> parse_whole_json(std::string_view text) {
  bool whole = true;
  auto value = nlohmann::json::parse(
      text, [&whole](int, nlohmann::json::parse_event_t, const nlohmann::json& parsed) {
        whole = whole && !parsed.is_number_float();
        return true;
      });
  if (!whole) return Error{"a number that is not an integer"};
  return value;
}

}  // namespace tscollect::base
