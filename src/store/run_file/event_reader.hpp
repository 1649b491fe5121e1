#pragma once

#include "block/host_block.hpp"
#include "store/hdf5/hdf5_handle.hpp"

#include <vector>

namespace tscollect::store {

// Each reads one kind of event of the group `host`; empty if there was none, or if the file is
// older than the kind. Throws StoreError.

[[nodiscard]] std::vector<record::HostError> read_errors(const Node& host);
[[nodiscard]] std::vector<record::TickGap> read_gaps(const Node& host);
[[nodiscard]] std::vector<record::CounterReset> read_resets(const Node& host);

}  // namespace tscollect::store
