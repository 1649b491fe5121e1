#pragma once

#include "base/progress.hpp"
#include "tool/export/sample_filter.hpp"
#include "tool/output.hpp"
#include "tool/run_input.hpp"

#include <filesystem>
#include <string>

namespace tscollect::tool {

// Each function writes the chosen part of the run, with some thousand samples of one host in memory
// at a time.

/// A TimeSeriesData in the reference collector's shape; a sample a line. Where phases were marked,
/// a further member "phases".
void export_json(const RunInput& input, const SampleFilter& filter, Output& output,
                 base::Progress& progress);

/// MLPerf Storage's time series file. `given`: the hosts as its --hosts has them; empty: those of
/// the run by their names in the file.
void export_mlpstorage(const RunInput& input, const SampleFilter& filter, const std::string& given,
                       Output& output, base::Progress& progress);

/// That file's name in a folder of the benchmark's results:
/// "training_20260124_222000_timeseries.json", with the time that the folder is named by, or else
/// the run's start.
[[nodiscard]] std::string mlpstorage_file_name(const RunInput& input, const std::string& benchmark,
                                               const std::filesystem::path& folder);

/// A row per sample: hostname, timestamp (to the nanosecond), tick, where phases were marked or are
/// given the innermost one as "phase", then every source.field [unit] or source.device.field [unit]
/// of any host; empty where there is no value. In names, control characters are spelled out, and
/// one that a spreadsheet would take for a formula stands behind an apostrophe. Quoting as in RFC
/// 4180, lines end with a newline only.
void export_csv(const RunInput& input, const SampleFilter& filter, const std::string& phases_file,
                Output& output, base::Progress& progress);

/// OpenMetrics, from which Prometheus makes blocks of its own: the kernel's values, a family for
/// each field, with the labels host and, of devices, the row dimension ("disk"); and the phases
/// that were marked, where all sources are wanted.
void export_openmetrics(const RunInput& input, const SampleFilter& filter, Output& output,
                        base::Progress& progress);

/// The part of it about phases.
void write_phase_family(const RunInput& input, Output& output);

/// A trace for Perfetto: quantities as counter tracks in a process for each host, and the run's
/// phases as slices.
[[nodiscard]] base::ExitStatus export_perfetto(const RunInput& input, const SampleFilter& filter,
                                               const std::string& phases_file, Output& output);

}  // namespace tscollect::tool
