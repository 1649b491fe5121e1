#pragma once

#include "journal/journal_set.hpp"

#include <tscollect/result.hpp>

#include <string>
#include <string_view>

// What a node found in its journal folder, as it travels to the rank that decides what to recover.

namespace tscollect::journal {

[[nodiscard]] std::string pack(const Found& found);

/// Reads what pack() wrote; the bytes are untrusted. `node` goes into each of the contents.
[[nodiscard]] Result<Found> unpack(std::string_view packed, int node);

}  // namespace tscollect::journal
