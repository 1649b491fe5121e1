#pragma once

#include "analysis/tally.hpp"
#include "tool/run_input.hpp"

#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): as the library has it
class App;
}

namespace tscollect::tool {

/// The chosen parts of the run; none: all of it.
class ChosenTimes {
 public:
  void add(analysis::Period period) { periods_.push_back(period); }
  [[nodiscard]] bool empty() const { return periods_.empty(); }
  /// Whether an interval lies mostly in one of them.
  [[nodiscard]] bool have(double end, double seconds) const;
  /// Whether a moment, in seconds since tick 0, lies in one of them, ends included.
  [[nodiscard]] bool have(double moment) const;

 private:
  std::vector<analysis::Period> periods_;
};

/// Values of the options for phases and times.
struct TimeArguments {
  std::vector<std::string> phases;
  std::string phases_file;
  std::string from;
  std::string to;
};

/// Adds --phase, --phases, --from and --to.
void add_time_options(CLI::App& command, TimeArguments& arguments);

/// Throws base::UsageError.
[[nodiscard]] ChosenTimes chosen_times(const RunInput& input, const TimeArguments& arguments);

}  // namespace tscollect::tool
