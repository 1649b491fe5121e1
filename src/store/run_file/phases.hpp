#pragma once

#include "block/run_info.hpp"
#include "store/hdf5/hdf5_handle.hpp"
#include "store/hdf5/string_pool.hpp"

#include <span>
#include <vector>

namespace tscollect::store {

/// Writes the lists along the dimension "phase" into the root group; without phases, none. Throws
/// StoreError.
void write_phases(const ObjectRef& root, std::span<const block::RunPhase> phases,
                  StringPool& strings);

/// Reads them; a file of an older minor version has none. Throws StoreError.
[[nodiscard]] std::vector<block::RunPhase> read_phases(const ObjectRef& root);

/// Removes them, if there are any. Throws StoreError.
void remove_phases(const ObjectRef& root);

}  // namespace tscollect::store
