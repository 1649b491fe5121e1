#pragma once

#include "analysis/comparison.hpp"
#include "analysis/quantity.hpp"
#include "analysis/run_phases.hpp"
#include "tool/run_input.hpp"

#include <nlohmann/json_fwd.hpp>

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

/// A part of a run that is to be compared.
struct PartOfRun {
  analysis::Phase phase;
  analysis::Period period;
};

[[nodiscard]] PartOfRun whole_run(const analysis::RunPhases& run);

/// Adds parts of a run, which is read once. `file`: as the comparison is to name it.
void add_parts(const RunInput& input, const std::string& file, const analysis::RunPhases& run,
               const std::vector<PartOfRun>& parts, Comparison& comparison);

/// Text for users; quantities that no part has are left out.
[[nodiscard]] std::string comparison_text(const Comparison& comparison);
[[nodiscard]] std::string comparison_json(const Comparison& comparison);
[[nodiscard]] nlohmann::ordered_json comparison_value(const Comparison& comparison);

}  // namespace tscollect::tool
