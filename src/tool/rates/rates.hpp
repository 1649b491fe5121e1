#pragma once

#include "base/exit_status.hpp"
#include "base/progress.hpp"
#include "tool/globs.hpp"
#include "tool/output.hpp"
#include "tool/rates/resampler.hpp"
#include "tool/rates/row_writer.hpp"
#include "tool/run_input.hpp"
#include "tool/time_choice.hpp"

#include <string>
#include <vector>

namespace tscollect::tool {

/// What a row of the table stands for.
enum class Per : std::uint8_t { device, host, run };

struct TableOptions {
  std::vector<const analysis::Quantity*> quantities;
  Globs hosts;
  Globs devices;
  ChosenTimes times;
  Per per = Per::device;
  double every_seconds = 0;  ///< 0: the intervals between samples
};

/// Writes the tidy table, host by host, with some thousand samples in memory at a time. A host that
/// cannot be read is reported on standard error, and makes the table incomplete.
[[nodiscard]] base::ExitStatus write_table(const RunInput& input, const TableOptions& options,
                                           RowWriter& writer);

/// Each quantity with its unit, its formula, its kernel documentation and its limits.
[[nodiscard]] std::string quantity_list(const std::vector<const analysis::Quantity*>& quantities);

}  // namespace tscollect::tool
