#pragma once

#include "block/run_info.hpp"
#include "store/hdf5/hdf5_handle.hpp"
#include "store/hdf5/string_pool.hpp"

#include <span>

namespace tscollect::store {

/// Writes the attributes of the root group `root`. Throws StoreError.
void write_run_attributes(const ObjectRef& root, const block::RunInfo& run,
                          std::span<const block::HostOutcome> hosts);

/// Writes the group /host_table, a row per host. Throws StoreError.
void write_host_table(const ObjectRef& root, std::span<const block::HostOutcome> hosts,
                      StringPool& strings);

}  // namespace tscollect::store
