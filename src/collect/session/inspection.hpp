#pragma once

#include "block/host_block.hpp"

#include <tscollect/sample.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace tscollect::collect {

/// Facts about a host, and the sources that can be read there.
struct Inspection {
  block::HostFacts facts;
  std::vector<std::string> sources;                     ///< those to sample
  std::vector<std::vector<std::string>> excluded_rows;  ///< of each of them
  std::vector<std::string> absent;                      ///< "rdma: … no RDMA devices"
  std::vector<std::string> hanging;  ///< "vmstat: a read of /proc/vmstat has not returned for 2 s"
  std::string unreadable;            ///< why nothing can be sampled; empty: something can
};

/// Reads everything named by the given options once. A read may hang, for example of a FUSE file
/// system whose server has died: half of `limit` is for all reads in turn, the rest to find the
/// hanging ones and to continue without them.
[[nodiscard]] Inspection inspect(const SampleOptions& given, std::chrono::nanoseconds limit);

}  // namespace tscollect::collect
