#pragma once

#include "table/source.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::sampling {

enum class Availability : std::uint8_t { available, absent, refused };

[[nodiscard]] std::string_view to_string(Availability availability) noexcept;

/// What this host has of a source.
struct SourceProbe {
  const table::Source* source = nullptr;
  Availability availability = Availability::available;
  std::string reason;                    ///< why it cannot be read; empty where it can
  std::vector<std::string> unsupported;  ///< files of it that cannot be read, and why
};

/// Reads every source once, in the registry's order.
[[nodiscard]] std::vector<SourceProbe> probe_sources(const table::Roots& roots);

}  // namespace tscollect::sampling
