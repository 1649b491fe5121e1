#pragma once

#include "store/hdf5/dataset_reader.hpp"
#include "store/hdf5/hdf5_handle.hpp"
#include "store/run_file/run_file_reader.hpp"

namespace tscollect::store {

/// Reads what the attributes of the group `host` say of the host: facts and the collector's cost.
void read_facts(const Node& host, record::HostSummary& summary);

/// Reads the arrays of the group `host`, of them only `rows`, and its events. Throws StoreError.
[[nodiscard]] ReadHost read_host_group(const Node& host, const record::HostSummary& summary,
                                       const RowRange& rows);

}  // namespace tscollect::store
