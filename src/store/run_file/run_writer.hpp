#pragma once

#include "block/run_info.hpp"
#include "store/hdf5/hdf5_handle.hpp"
#include "store/hdf5/string_pool.hpp"

#include <span>

namespace tscollect::store {

/// Writes the attributes of the root group `root`. Throws StoreError.
void write_run_attributes(const Node& root, const record::RunInfo& run,
                          std::span<const record::HostOutcome> hosts);

/// Writes the group /host_table, a line per host. Throws StoreError.
void write_host_table(const Node& root, std::span<const record::HostOutcome> hosts,
                      StringPool& strings);

}  // namespace tscollect::store
