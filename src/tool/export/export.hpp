#pragma once

#include "tool/output.hpp"
#include "base/progress.hpp"
#include "tool/run_input.hpp"

namespace tscollect::app {

// Each writes the whole run, with some thousand samples of one host in memory at a time.

/// A TimeSeriesData in the reference collector's shape; a sample a line.
void export_json(const RunInput& input, Output& output, Progress& progress);

/// A row per sample: hostname, timestamp, tick, then every source.field or source.device.field of
/// any host; empty where there is no value. In names, control characters are spelled out, and one
/// that a spreadsheet would take for a formula stands behind an apostrophe. Quoting as in RFC 4180,
/// lines end with a newline only.
void export_csv(const RunInput& input, Output& output, Progress& progress);

}  // namespace tscollect::app
