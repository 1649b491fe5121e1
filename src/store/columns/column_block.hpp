#pragma once

#include "block/host_block.hpp"

#include <tscollect/run_writer.hpp>

#include <chrono>

namespace tscollect::store {

/// What the host's columns are in the file: finished chunks, and what follows from them for the
/// host table. Throws std::invalid_argument if lengths, types or names do not fit each other.
[[nodiscard]] block::HostBlock block_from(const HostColumns& host,
                                          std::chrono::nanoseconds interval);

}  // namespace tscollect::store
