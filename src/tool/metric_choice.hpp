#pragma once

#include "analysis/quantity.hpp"

#include <string>
#include <vector>

namespace tscollect::tool {

/// The quantities whose names match these patterns; all if there are none. Throws base::UsageError
/// for a pattern without a match.
[[nodiscard]] std::vector<const analysis::Quantity*> chosen_quantities(
    const std::vector<std::string>& patterns);

}  // namespace tscollect::tool
