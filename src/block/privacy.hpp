#pragma once

#include "block/host_block.hpp"
#include "block/run_info.hpp"

#include <string>
#include <string_view>

// What --private leaves out of a run's file and sidecar. Host names, models of devices, job ids and
// labels stay.

namespace tscollect::block {

/// Without addresses and boot id.
void hide_private(HostFacts& facts);

/// Without paths in its texts. Rows that are named by a path or by a server and its folder (mounts)
/// get their row dimension and a number as names, and lose texts of that kind.
void hide_private(HostBlock& block);

/// Without the arguments of command lines, names of jobs, and paths.
void hide_private(RunInfo& run);

/// The text with "(path)" in the place of each path; those of /proc and /sys stay.
[[nodiscard]] std::string without_paths(std::string_view text);

}  // namespace tscollect::block
