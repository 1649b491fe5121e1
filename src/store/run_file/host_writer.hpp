#pragma once

#include "block/host_block.hpp"
#include "store/hdf5/shared_objects.hpp"
#include "store/hdf5/string_pool.hpp"

namespace tscollect::store {

/// State shared by the groups of all hosts while the file is written.
struct FileState {
  StringPool strings;
  SharedObjects shared;
};

/// Writes the group of one host into `hosts` (the group /hosts). Throws StoreError.
void write_host(const ObjectRef& hosts, const block::HostBlock& block, FileState& state);

}  // namespace tscollect::store
