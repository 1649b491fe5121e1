#pragma once

#include "journal/journal_set.hpp"

#include <tscollect/result.hpp>

#include <string>
#include <string_view>

// The journals found on a node, packed for the rank that decides what to recover.

namespace tscollect::journal {

[[nodiscard]] std::string pack(const Found& found);

/// Reads what pack() wrote. The bytes are untrusted. `node` is set in each of the contents.
[[nodiscard]] Result<Found> unpack(std::string_view packed, int node);

}  // namespace tscollect::journal
