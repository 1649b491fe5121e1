#include "tool/run_phases.hpp"

#include "base/files/text_file.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

namespace tscollect::tool {

namespace {

std::vector<analysis::Phase> phases_in(const std::string& file, const analysis::RunClock& clock) {
  constexpr std::size_t most_bytes = std::size_t{16} << 20U;
  const auto text = base::read_text_file(file, most_bytes);
  if (!text) throw base::UsageError(fmt::format("--phases {}", text.error().message));
  auto phases = analysis::parse_phases(text.value(), clock);
  if (!phases) throw base::UsageError(fmt::format("--phases {}: {}", file, phases.error().message));
  return std::move(phases.value());
}

}  // namespace

analysis::RunPhases read_phases(const RunInput& input, const std::string& phases_file) {
  return readable([&] {
    const analysis::RunClock clock = analysis::clock_of(input.reader());
    std::optional<std::vector<analysis::Phase>> given;
    if (!phases_file.empty()) given = phases_in(phases_file, clock);
    return analysis::phases_of(input.reader(), clock, std::move(given));
  });
}

}  // namespace tscollect::tool
