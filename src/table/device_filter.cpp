#include "table/device_filter.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace tscollect::sources {

namespace {

std::optional<std::regex> compile(std::string_view option, const std::string& expression) {
  if (expression.empty()) return std::nullopt;
  try {
    return std::regex(expression, std::regex::ECMAScript | std::regex::nosubs);
  } catch (const std::regex_error& fault) {
    throw std::invalid_argument(
        fmt::format("{}: '{}' is not a regular expression: {}", option, expression, fault.what()));
  }
}

}  // namespace

DeviceFilter::DeviceFilter(const std::string& include, const std::string& exclude)
    : include_(compile("--include-devices", include)),
      exclude_(compile("--exclude-devices", exclude)) {}

bool DeviceFilter::keeps(std::string_view name) const {
  const auto finds = [name](const std::regex& expression) {
    return std::regex_search(name.begin(), name.end(), expression);
  };
  return (!include_ || finds(*include_)) && (!exclude_ || !finds(*exclude_));
}

}  // namespace tscollect::sources
