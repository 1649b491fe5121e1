#pragma once

#include "block/host_block.hpp"

#include <tscollect/run_writer.hpp>

#include <chrono>

namespace tscollect::store {

/// Converts a host's columns to finished chunks and the entries of the host table that follow from
/// them. Throws std::invalid_argument if lengths, types or names are inconsistent.
[[nodiscard]] block::HostBlock block_from(const HostColumns& host,
                                          std::chrono::nanoseconds interval);

}  // namespace tscollect::store
