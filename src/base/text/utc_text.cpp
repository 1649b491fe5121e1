#include "base/text/utc_text.hpp"

#include "base/text/format.hpp"

#include <fmt/format.h>

namespace tscollect::base {

std::string utc_text(std::int64_t time_ns) {
  constexpr std::int64_t ns_per_second = 1'000'000'000;
  constexpr std::size_t to_the_second = sizeof("2026-01-24T22:20:00") - 1;
  const std::int64_t fraction = (time_ns % ns_per_second + ns_per_second) % ns_per_second;
  return fmt::format("{}.{:09}Z", timestamp(time_ns).substr(0, to_the_second), fraction);
}

}  // namespace tscollect::base
