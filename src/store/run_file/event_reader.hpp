#pragma once

#include "block/host_block.hpp"
#include "store/hdf5/hdf5_handle.hpp"

#include <vector>

namespace tscollect::store {

// Each function reads one kind of event of the group `host`; empty if there are none, or if the
// file is older than the kind. Throws StoreError.

[[nodiscard]] std::vector<block::HostError> read_errors(const ObjectRef& host);
[[nodiscard]] std::vector<block::TickGap> read_gaps(const ObjectRef& host);
[[nodiscard]] std::vector<block::CounterReset> read_resets(const ObjectRef& host);

}  // namespace tscollect::store
