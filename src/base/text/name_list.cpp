#include "base/text/name_list.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace tscollect::base {

std::string name_list(std::span<const std::string> names, std::size_t count, std::size_t most,
                      std::string_view separator) {
  const auto shown = names.first(std::min(most, names.size()));
  std::string list = fmt::format("{}", fmt::join(shown, separator));
  if (shown.size() < count) list += fmt::format(" and {} more", count - shown.size());
  return list;
}

std::string name_list(std::span<const std::string> names, std::size_t most,
                      std::string_view separator) {
  return name_list(names, names.size(), most, separator);
}

}  // namespace tscollect::base
