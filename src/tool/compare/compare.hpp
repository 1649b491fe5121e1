#pragma once

#include "analysis/comparison.hpp"
#include "analysis/quantity.hpp"

#include <string>
#include <vector>

namespace tscollect::tool {

/// A run, or a phase of a run, with the values of its quantities.
struct ComparedPart {
  std::string file;
  std::string phase;  ///< "run": all of it
  bool is_found = false;
  double seconds = 0;
  std::vector<analysis::Spread> spreads;  ///< by quantity; without values if unknown
};

/// Parts to compare; the first one is the baseline.
struct Comparison {
  std::vector<const analysis::Quantity*> quantities;
  std::vector<ComparedPart> parts;
};

/// Text for users; quantities that no part has are left out.
[[nodiscard]] std::string comparison_text(const Comparison& comparison);
[[nodiscard]] std::string comparison_json(const Comparison& comparison);

}  // namespace tscollect::tool
