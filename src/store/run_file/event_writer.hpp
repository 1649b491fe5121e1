#pragma once

#include "block/host_block.hpp"
#include "store/hdf5/hdf5_handle.hpp"
#include "store/hdf5/string_pool.hpp"

namespace tscollect::store {

/// Writes the events of a host: failures of sources, gaps (ticks without a sample), counter resets.
/// Each kind has a dimension of its own with lists along it; a kind without events is left out.
/// Throws StoreError.
void write_events(const ObjectRef& host, const block::HostBlock& block, StringPool& strings);

}  // namespace tscollect::store
