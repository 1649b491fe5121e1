#pragma once

#include "block/host_block.hpp"

#include <cstddef>
#include <string>

namespace tscollect::tests {

/// What a host of write_busy_hosts is like.
struct BusyHost {
  std::string name;
  std::size_t ticks = 0;
  std::size_t number = 0;  ///< its noise and pace follow from it
  bool is_slow = false;
  bool skips_ticks = false;
  bool disk_begins_again = false;
};

/// A host's block with all sources that quantities are made of.
[[nodiscard]] block::HostBlock busy_block(const BusyHost& host);

}  // namespace tscollect::tests
