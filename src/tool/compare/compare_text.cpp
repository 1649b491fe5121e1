#include "tool/compare/compare.hpp"

#include "base/text/format.hpp"
#include "base/text/text_table.hpp"
#include "base/text/visible_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tscollect::tool {

namespace {

/// "A" to "Z", then "27".
std::string letter(std::size_t index) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return index < letters.size() ? std::string(1, letters[index]) : std::to_string(index + 1);
}

/// A unit and scale in which values are displayed.
struct ShownUnit {
  std::string_view name;
  double size = 1;
};
ShownUnit shown_unit(const analysis::Quantity& quantity) {
  if (quantity.unit == "bytes/s") return {"MB/s", 1e6};
  if (quantity.unit == "bytes" && quantity.source == "meminfo")
    return {"GiB", 1024.0 * 1024 * 1024};
  if (quantity.unit == "bytes") return {"KiB", 1024};
  return {quantity.unit, 1};
}

bool has_values(const Comparison& comparison, std::size_t quantity) {
  return std::ranges::any_of(comparison.parts, [quantity](const ComparedPart& part) {
    return part.spreads[quantity].values > 0;
  });
}

std::string ratio_text(const analysis::Spread& first, const analysis::Spread& other) {
  if (first.values == 0 || other.values == 0 || first.mean == 0) return "-";
  return base::short_number(other.mean / first.mean);
}

std::string difference_text(analysis::Difference difference) {
  switch (difference) {
    case analysis::Difference::differs: return "yes";
    case analysis::Difference::too_small: return "too small";
    case analysis::Difference::none: break;
  }
  return "no";
}

}  // namespace

std::string comparison_text(const Comparison& comparison) {
  std::string text;
  for (std::size_t i = 0; i < comparison.parts.size(); ++i) {
    const ComparedPart& part = comparison.parts[i];
    text += fmt::format("{}  {}", letter(i), base::displayed(part.file));
    if (part.phase != "run")
      text += fmt::format(", {}{}", base::displayed(part.phase), part.is_found ? " (found)" : "");
    text += fmt::format(", {}\n", base::long_duration(part.seconds));
  }
  base::TextTable table({"metric", "unit", "", "mean", "p5", "p95", "ratio to A", "differs"}, 0, 3);
  for (std::size_t i = 0; i < comparison.quantities.size(); ++i) {
    if (!has_values(comparison, i)) continue;
    const analysis::Quantity& quantity = *comparison.quantities[i];
    const ShownUnit unit = shown_unit(quantity);
    const analysis::Spread& first = comparison.parts.front().spreads[i];
    for (std::size_t at = 0; at < comparison.parts.size(); ++at) {
      const analysis::Spread& spread = comparison.parts[at].spreads[i];
      std::vector<std::string> row = {at == 0 ? std::string(quantity.name) : "",
                                      at == 0 ? std::string(unit.name) : "", letter(at)};
      for (const double value : {spread.mean, spread.p5, spread.p95})
        row.push_back(spread.values == 0 ? "-" : base::short_number(value / unit.size));
      row.push_back(at == 0 ? "" : ratio_text(first, spread));
      row.push_back(at == 0 ? ""
                            : difference_text(analysis::difference_of(quantity, first, spread)));
      table.add(std::move(row));
    }
  }
  return text + '\n' + table.text() +
         "\ndiffers: each mean lies outside of the other's range from p5 to p95; too small: so "
         "does it,\n"
         "but both are nearly idle, or it is the mean of a few requests (see tscollect(1))\n";
}

nlohmann::ordered_json comparison_value(const Comparison& comparison) {
  using Json = nlohmann::ordered_json;
  Json value = {{"parts", Json::array()}, {"metrics", Json::object()}};
  for (const ComparedPart& part : comparison.parts)
    value["parts"].push_back({{"file", part.file},
                              {"phase", part.phase},
                              {"found", part.is_found},
                              {"seconds", part.seconds}});
  for (std::size_t i = 0; i < comparison.quantities.size(); ++i) {
    if (!has_values(comparison, i)) continue;
    const analysis::Quantity& quantity = *comparison.quantities[i];
    Json& metric = value["metrics"][std::string(quantity.name)];
    metric = {{"unit", quantity.unit}, {"parts", Json::array()}};
    const analysis::Spread& first = comparison.parts.front().spreads[i];
    for (const ComparedPart& part : comparison.parts) {
      const analysis::Spread& spread = part.spreads[i];
      if (spread.values == 0) {
        metric["parts"].push_back(nullptr);
        continue;
      }
      Json one = {
          {"mean", spread.mean}, {"p5", spread.p5}, {"p95", spread.p95}, {"values", spread.values}};
      if (first.values > 0 && first.mean != 0) one["ratio"] = spread.mean / first.mean;
      const analysis::Difference difference = analysis::difference_of(quantity, first, spread);
      one["differs"] = difference == analysis::Difference::differs;
      if (difference == analysis::Difference::too_small) one["too_small"] = true;
      metric["parts"].push_back(std::move(one));
    }
  }
  return value;
}

std::string comparison_json(const Comparison& comparison) {
  constexpr int two_spaces = 2;
  return base::visible_json(
             comparison_value(comparison)
                 .dump(two_spaces, ' ', false, nlohmann::ordered_json::error_handler_t::replace)) +
         '\n';
}

}  // namespace tscollect::tool
