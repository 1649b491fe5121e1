#pragma once

#include "analysis/quantity.hpp"

#include <string>
#include <vector>

namespace tscollect::tool {

/// The quantities whose names fit these patterns; all of them if there are none. Throws
/// base::UsageError for a pattern that fits none.
[[nodiscard]] std::vector<const analysis::Quantity*> chosen_quantities(
    const std::vector<std::string>& patterns);

}  // namespace tscollect::tool
