#pragma once

#include "block/host_block.hpp"

namespace tscollect::record {

/// Ticks missed on a busy host are a fact about its data. Below this share of its ticks the host is
/// complete all the same.
inline constexpr double missed_share_of_partial = 0.01;

[[nodiscard]] inline bool misses_much(const HostSummary& summary) {
  const auto missed = static_cast<double>(summary.missed_ticks);
  const auto ticks = static_cast<double>(summary.samples + summary.missed_ticks);
  return missed > 0 && missed >= missed_share_of_partial * ticks;
}

}  // namespace tscollect::record
