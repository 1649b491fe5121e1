#include "base/format.hpp"
#include "tool/rates/rates.hpp"

#include <tscollect/source.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace tscollect::app {

std::string quantity_list(const std::vector<const Quantity*>& quantities) {
  constexpr std::size_t indent = 4;
  constexpr std::size_t width = 100;
  const auto sources = source_descriptions();
  std::string text;
  for (const Quantity* quantity : quantities) {
    text += fmt::format("{}  {}\n", quantity->name, quantity->unit);
    text += wrapped(fmt::format("{}, of {}{}", formula_of(*quantity), quantity->source,
                                quantity->combine == Combine::sum
                                    ? "; summed over devices and hosts"
                                    : "; over devices and hosts the weighted mean"),
                    indent, width);
    if (quantity->most > 0)
      text += wrapped(
          fmt::format("More than {} {} is taken for a reset.", quantity->most, quantity->unit),
          indent, width);
    if (!quantity->cannot_know.empty())
      text += wrapped(fmt::format("{}.", quantity->cannot_know), indent, width);
    const auto source = std::ranges::find(sources, quantity->source, &SourceDescription::name);
    if (source != sources.end())
      text += fmt::format("{:{}}{}\n", "", indent, source->kernel_document);
  }
  return text;
}

}  // namespace tscollect::app
