#include "tool/metric_choice.hpp"

#include "tool/commands.hpp"
#include "tool/globs.hpp"

#include <fmt/format.h>

namespace tscollect::tool {

std::vector<const analysis::Quantity*> chosen_quantities(const std::vector<std::string>& patterns) {
  const Globs globs(patterns);
  std::vector<const analysis::Quantity*> chosen;
  std::vector<std::string> names;
  for (const analysis::Quantity& quantity : analysis::quantities()) {
    names.emplace_back(quantity.name);
    if (globs.fit(quantity.name)) chosen.push_back(&quantity);
  }
  if (const auto unknown = globs.without_match(names); !unknown.empty())
    throw base::UsageError(
        fmt::format("--metric {}: there is none of that name; tscollect rates --list "
                    "shows them",
                    unknown.front()));
  return chosen;
}

}  // namespace tscollect::tool
