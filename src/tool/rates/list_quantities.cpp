#include "base/text/format.hpp"
#include "tool/rates/rates.hpp"

#include <tscollect/source.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace tscollect::tool {

namespace {

/// "osc/*, mdc/*"
std::string rows_text(std::string_view rows) {
  std::string text;
  for (const char c : rows) text += c == ' ' ? "*, " : std::string(1, c);
  return text + '*';
}

}  // namespace

std::string quantity_list(const std::vector<const analysis::Quantity*>& quantities) {
  constexpr std::size_t indent = 4;
  constexpr std::size_t width = 100;
  const auto sources = source_descriptions();
  std::string text;
  for (const analysis::Quantity* quantity : quantities) {
    text += fmt::format("{}  {}\n", quantity->name, quantity->unit);
    text +=
        base::wrapped(fmt::format("{}, of {}{}", analysis::formula_of(*quantity), quantity->source,
                                  quantity->combine == analysis::Combine::sum
                                      ? "; summed over devices and hosts"
                                      : "; weighted mean over devices and hosts"),
                      indent, width);
    if (!quantity->rows.empty())
      text += base::wrapped(fmt::format("Only of devices {}.", rows_text(quantity->rows)), indent,
                            width);
    if (quantity->most > 0)
      text += base::wrapped(
          fmt::format("More than {} {} counts as a reset.", quantity->most, quantity->unit), indent,
          width);
    if (!quantity->cannot_know.empty())
      text += base::wrapped(fmt::format("{}.", quantity->cannot_know), indent, width);
    const auto source = std::ranges::find(sources, quantity->source, &SourceDescription::name);
    if (source != sources.end())
      text += fmt::format("{:{}}{}\n", "", indent, source->kernel_document);
  }
  return text;
}

}  // namespace tscollect::tool
