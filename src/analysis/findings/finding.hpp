#pragma once

#include "analysis/tally.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::analysis {

/// Whether it says what held the run back, or that something went wrong.
enum class FindingKind : std::uint8_t { limit, trouble };

/// What a rule is, for people.
struct RuleDescription {
  std::string_view name;   ///< "saturated-disk"
  std::string_view title;  ///< "Saturated disk"
  FindingKind kind = FindingKind::limit;
  std::string_view rule;         ///< what it takes
  std::string_view needs;        ///< what has to be in the file
  std::string_view cannot_know;  ///< what a reader is not to conclude
};

/// A number that a finding rests on.
struct Evidence {
  std::string what;       ///< "queue depth"
  std::string value;      ///< "34 requests"
  std::string threshold;  ///< "at least 4"; empty: none
};

/// A sentence about a run, and what it rests on.
struct Finding {
  const RuleDescription* rule = nullptr;
  std::string text;
  std::vector<std::string> hosts;  ///< the first of them, those that it holds for most first
  std::size_t host_count = 0;
  std::optional<Period> period;  ///< when, in seconds since tick 0
  std::vector<Evidence> evidence;
};

}  // namespace tscollect::analysis
