#pragma once

#include "block/host_block.hpp"

#include <nlohmann/json.hpp>

// JSON of facts and clocks, for journals.

namespace tscollect::block {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(HostFacts, kernel, cpu_model, cpu_count, memory_kib, boot_id,
                                   addresses, clock_ticks_per_second)
// Journals of earlier versions lack the offset of the monotonic clock.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ClockOffset, offset_ns, uncertainty_ns,
                                                mono_offset_ns)

}  // namespace tscollect::block
