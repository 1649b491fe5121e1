#pragma once

#include "gather/clock_offset.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace tscollect::app {

/// A host of the job, as far as rank 0 knows it.
struct KnownHost {
  std::string name;                        ///< in the file; unique in the run
  std::string unreadable;                  ///< why it does not sample; empty if it can
  bool answered = false;                   ///< said hello
  bool sampling = false;                   ///< was told to start
  bool ready = false;                      ///< has its first sample
  std::optional<std::size_t> block_bytes;  ///< size of its packed block, once it has finished
  gather::ClockComparison clocks_at_start;
};

/// By rank.
using KnownHosts = std::map<int, KnownHost>;

}  // namespace tscollect::app
