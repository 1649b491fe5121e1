#pragma once

#include "block/host_block.hpp"
#include "store/hdf5/hdf5_handle.hpp"
#include "store/hdf5/string_pool.hpp"

namespace tscollect::store {

/// Writes the events of a host: source failures, gaps (ticks without a sample), counter resets.
/// Each kind has its own dimension and lists along it; a kind without events is omitted. Throws
/// StoreError.
void write_events(const ObjectRef& host, const block::HostBlock& block, StringPool& strings);

}  // namespace tscollect::store
