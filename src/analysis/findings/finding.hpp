#pragma once

#include "analysis/tally.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::analysis {

/// Whether a finding names a limit of the run, or a problem.
enum class FindingKind : std::uint8_t { limit, trouble };

/// Description of a rule for users.
struct RuleDescription {
  std::string_view name;   ///< "saturated-disk"
  std::string_view title;  ///< "Saturated disk"
  FindingKind kind = FindingKind::limit;
  std::string_view rule;         ///< the condition
  std::string_view needs;        ///< data that the file must have
  std::string_view cannot_know;  ///< what must not be concluded from it
};

/// A number that supports a finding.
struct Evidence {
  std::string what;       ///< "queue depth"
  std::string value;      ///< "34 requests"
  std::string threshold;  ///< "at least 4"; empty: none
};

/// A sentence about a run, with its evidence.
struct Finding {
  const RuleDescription* rule = nullptr;
  std::string text;
  std::vector<std::string> hosts;  ///< the first hosts, strongest first
  std::size_t host_count = 0;
  std::optional<Period> period;  ///< in seconds since tick 0
  std::vector<Evidence> evidence;
};

}  // namespace tscollect::analysis
