#pragma once

#include "block/host_block.hpp"
#include "store/hdf5/hdf5_handle.hpp"
#include "store/hdf5/string_pool.hpp"

namespace tscollect::store {

/// Writes what happened to a host while it sampled: failures of sources, ticks without a sample,
/// counters that fell. Each is a dimension of its own with lists along it, and only there if there
/// was any. Throws StoreError.
void write_events(const Node& host, const record::HostBlock& block, StringPool& strings);

}  // namespace tscollect::store
