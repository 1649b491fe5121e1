#pragma once

#include "table/source.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::sampling {

/// `hangs`: a read of it has not returned.
enum class Availability : std::uint8_t { available, absent, refused, hangs };

[[nodiscard]] std::string_view to_string(Availability availability) noexcept;

/// Availability of a source on this host.
struct SourceProbe {
  const table::Source* source = nullptr;
  Availability availability = Availability::available;
  std::string reason;                    ///< why it cannot be read; empty if it can
  std::vector<std::string> unsupported;  ///< its files that cannot be read, and why
};

/// Reads each of these sources once, all side by side, and waits for them until `limit` is over.
[[nodiscard]] std::vector<SourceProbe> probe_sources(std::span<const table::Source* const> wanted,
                                                     const table::Roots& roots,
                                                     std::chrono::nanoseconds limit);

/// The same in lines for a user, as --list-sources prints them: a list made on a login node need
/// not hold on others.
[[nodiscard]] std::string list_sources(const table::Roots& roots);

}  // namespace tscollect::sampling
