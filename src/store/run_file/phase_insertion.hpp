#pragma once

#include "block/run_info.hpp"

#include <filesystem>
#include <span>
#include <string_view>

namespace tscollect::store {

/// Replaces the phases of a finished run's file, and of its sidecar if there is one. Either file is
/// replaced by a changed copy, which gets the name when it is complete and synced. `history`: a
/// line for the file's history. Throws StoreError or FileError.
void insert_phases(const std::filesystem::path& run_file, std::span<const block::RunPhase> phases,
                   std::string_view history);

}  // namespace tscollect::store
