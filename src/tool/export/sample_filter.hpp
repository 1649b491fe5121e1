#pragma once

#include "analysis/run_clock.hpp"
#include "tool/globs.hpp"
#include "tool/run_input.hpp"
#include "tool/time_choice.hpp"

#include <tscollect/sample.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tscollect::tool {

/// The part of a run to export; by default all of it.
struct SampleFilter {
  Globs hosts;
  Globs sources;
  Globs devices;
  Globs fields;
  ChosenTimes times;
  double interval_seconds = 1;

  /// Names of the chosen hosts that have a group in the file.
  [[nodiscard]] std::vector<std::string> hosts_of(const RunInput& input) const;
  /// `device`: empty for a flat source, whose only row is always included.
  [[nodiscard]] bool has(std::string_view source, std::string_view device,
                         std::string_view field) const;
  [[nodiscard]] bool has_time(const store::HostTimes& all, std::size_t row) const;
  /// Removes everything from the sample that is not chosen.
  void apply(TimeSeriesSample& sample) const;
};

}  // namespace tscollect::tool
