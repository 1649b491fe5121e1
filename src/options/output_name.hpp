#pragma once

#include "options/allocation.hpp"

#include <tscollect/time.hpp>

#include <filesystem>
#include <string>
#include <string_view>

// The name of the output, where the user has not spelled it out.

namespace tscollect::options {

/// The batch job that we are in, as its environment has it.
struct JobName {
  std::string id;    ///< "4711"; of an array its own; empty: no job
  std::string task;  ///< of an array; empty: none
  int restarts = 0;  ///< how often the job was requeued
};
[[nodiscard]] JobName job_from(const Environment& environment);

struct OutputName {
  std::filesystem::path path;
  /// The user spelled it out: it is never changed. Of others the next free one is taken.
  bool is_literal = true;
};

/// `given`: --output. Empty: "timeseries_<UTC>[_<job>[_<task>]][_r<restart>].h5". Otherwise
/// Slurm's patterns are filled in, as far as something stands for them here: %j job id, %A array
/// job's id, %a array task, %u user, %h host without its domain; and %r restart count, %t UTC, %%.
/// A number between ("%3a") is the width that numbers are filled up to with zeros.
[[nodiscard]] OutputName name_output(std::string_view given, const Environment& environment,
                                     WallTime now);

/// The file that holds the name of `output` for the run that will write it.
[[nodiscard]] std::filesystem::path reservation_path(const std::filesystem::path& output);

}  // namespace tscollect::options
