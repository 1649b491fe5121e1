#pragma once

#include "base/files/file_place.hpp"
#include "block/run_info.hpp"
#include "store/json/json_value.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace tscollect::store {

/// Spaces per level of the sidecar's text.
inline constexpr int sidecar_indent = 2;

/// Whether this may be a sidecar: benchmarks write files of such names, too.
[[nodiscard]] bool is_sidecar(const Json& value);

/// Reads a file that may be a sidecar. Throws StoreError.
[[nodiscard]] std::string read_sidecar(const std::filesystem::path& path);

/// The sidecar of a run, with the member "hosts" still empty. `hdf5_file`: name of the file beside
/// it.
[[nodiscard]] Json sidecar_head(const std::string& hdf5_file, const block::RunInfo& run);

/// The value of a host in the member "hosts".
[[nodiscard]] Json sidecar_host(const block::HostOutcome& outcome);

/// The sidecar's member "phases".
[[nodiscard]] Json phases_to_value(std::span<const block::RunPhase> phases);

/// Replaces the sidecar, if there is one, by one with these phases and another line of history.
/// A file of that name that is no sidecar stays as it is. Throws StoreError or FileError.
void insert_into_sidecar(const base::FilePlace& sidecar, std::span<const block::RunPhase> phases,
                         std::string_view history);

}  // namespace tscollect::store
