#pragma once

#include "block/host_block.hpp"

#include <tscollect/sample.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace tscollect::collect {

/// What a host is and what can be read there.
struct Inspection {
  block::HostFacts facts;
  std::vector<std::string> sources;                     ///< those to sample
  std::vector<std::vector<std::string>> excluded_rows;  ///< of each of them
  std::vector<std::string> absent;                      ///< "rdma: … no RDMA devices"
  std::vector<std::string> hanging;  ///< "vmstat: a read of /proc/vmstat has not returned for 2 s"
  std::string unreadable;            ///< why nothing at all can be sampled; empty: something can
};

/// Reads all that these options name once. A read may hang, as one of FUSE's does whose server has
/// died: half of `limit` is for all reads in turn, the rest to find out which of them hangs and to
/// go on without it.
[[nodiscard]] Inspection inspect(const SampleOptions& options, std::chrono::nanoseconds limit);

}  // namespace tscollect::collect
