#pragma once

#include "base/file_place.hpp"
#include "block/run_info.hpp"
#include "store/json/json_value.hpp"

#include <span>
#include <string_view>

namespace tscollect::store {

/// Spaces per level of the sidecar's text.
inline constexpr int sidecar_indent = 2;

/// Whether this may be a sidecar: benchmarks write files of such names, too.
[[nodiscard]] bool is_sidecar(const Json& value);

/// The sidecar's member "phases".
[[nodiscard]] Json phases_to_value(std::span<const block::RunPhase> phases);

/// Replaces the sidecar, if there is one, by one with these phases and another line of history.
/// A file of that name that is no sidecar stays as it is. Throws StoreError or FileError.
void insert_into_sidecar(const base::FilePlace& sidecar, std::span<const block::RunPhase> phases,
                         std::string_view history);

}  // namespace tscollect::store
