#pragma once

#include "block/host_block.hpp"

#include <filesystem>

namespace tscollect::block {

/// Facts about this host: uname, /proc/cpuinfo, /proc/meminfo, boot id and addresses. Read once.
[[nodiscard]] HostFacts read_host_facts(const std::filesystem::path& procfs);

/// CPU time and memory of this process so far.
struct OwnCost {
  std::int64_t cpu_ns = 0;             ///< user and system time of all its threads
  std::int64_t peak_memory_bytes = 0;  ///< largest resident set
};

[[nodiscard]] OwnCost own_cost() noexcept;

}  // namespace tscollect::block
