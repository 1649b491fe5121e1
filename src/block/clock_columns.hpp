#pragma once

#include "block/host_block.hpp"
#include "stream/sample_stream.hpp"

#include <chrono>
#include <cstdint>
#include <span>

namespace tscollect::block {

/// Writes into the block what follows from the clocks of its samples: the arrays time, tick,
/// lateness and duration, the list of gaps, and in the summary the number of samples, first and
/// last time, late ticks and percentiles.
void write_clocks(std::span<const stream::SampleClock> clocks, std::chrono::nanoseconds interval,
                  HostBlock& block);

/// Whether so large a share of the ticks (1 %) is missing that a host is partial. A few ticks
/// missed on a busy host are a fact about its data.
[[nodiscard]] bool misses_much(std::int64_t missed, std::int64_t ticks) noexcept;
[[nodiscard]] bool misses_much(const HostSummary& summary) noexcept;

}  // namespace tscollect::block
