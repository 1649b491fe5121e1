#pragma once

#include "store/run_file/host_writer.hpp"

#include <cstddef>
#include <span>

namespace tscollect::store {

/// Shared by the sources of a host: the scale of their first dimension, and the bytes of the
/// chunks.
struct HostContext {
  hobj_ref_t time = 0;
  std::span<const std::byte> payload;
};

/// Writes the array of one source into the group `host`, with the scales of its columns and rows.
/// Throws StoreError.
void write_source(const ObjectRef& host, const block::HostSource& source,
                  const HostContext& context, FileState& state);

}  // namespace tscollect::store
