#pragma once

#include "analysis/comparison.hpp"
#include "analysis/quantity.hpp"

#include <string>
#include <vector>

namespace tscollect::tool {

/// A run, or a phase of one, and what its quantities were.
struct ComparedPart {
  std::string file;
  std::string phase;  ///< "run": all of it
  bool is_found = false;
  double seconds = 0;
  std::vector<analysis::Spread> spreads;  ///< by quantity; without values where it is not known
};

/// Parts side by side; what the first one is, the others are compared with.
struct Comparison {
  std::vector<const analysis::Quantity*> quantities;
  std::vector<ComparedPart> parts;
};

/// For people: quantities that no part has are left out.
[[nodiscard]] std::string comparison_text(const Comparison& comparison);
[[nodiscard]] std::string comparison_json(const Comparison& comparison);

}  // namespace tscollect::tool
