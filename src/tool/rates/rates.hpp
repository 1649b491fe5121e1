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

/// What a table is made of.
enum class Per : std::uint8_t { device, host, run };

struct TableOptions {
  std::vector<const analysis::Quantity*> quantities;
  Globs hosts;
  Globs devices;
  ChosenTimes times;
  Per per = Per::device;
  double every_seconds = 0;  ///< 0: as they were sampled
};

/// Writes the tidy table, host after host, with some thousand samples in memory at a time. A host
/// that cannot be read is told on standard error, and makes it incomplete.
[[nodiscard]] base::ExitStatus write_table(const RunInput& input, const TableOptions& options,
                                           RowWriter& writer);

/// Each quantity with its unit, its formula, where the kernel documents it and what it cannot know.
[[nodiscard]] std::string quantity_list(const std::vector<const analysis::Quantity*>& quantities);

}  // namespace tscollect::tool
