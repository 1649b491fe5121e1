#include "tool/export/openmetrics_text.hpp"

#include "base/text/printable.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tscollect::tool {

std::string openmetrics_escaped(std::string_view text) {
  std::string shown;
  for (const char character : base::printable(text)) {
    if (character == '\\' || character == '"') shown += '\\';
    shown += character;
  }
  return shown;
}

std::string openmetrics_time(std::int64_t time_ns) {
  constexpr std::int64_t ns_per_second = 1'000'000'000;
  return fmt::format("{}.{:09}", time_ns / ns_per_second,
                     std::max<std::int64_t>(time_ns % ns_per_second, 0));
}

}  // namespace tscollect::tool
