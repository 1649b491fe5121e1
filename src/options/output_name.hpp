#pragma once

#include "options/allocation.hpp"

#include <tscollect/time.hpp>

#include <filesystem>
#include <string>
#include <string_view>

// The name of the output file, from a pattern or by default.

namespace tscollect::options {

/// The batch job of this process, from its environment.
struct JobName {
  std::string id;    ///< "4711"; of an array its own; empty: not in a job
  std::string task;  ///< index in a job array; empty: none
  int restarts = 0;  ///< how often the job was requeued
};
[[nodiscard]] JobName job_from(const Environment& environment);

struct OutputName {
  std::filesystem::path path;
  /// The user gave the whole name: it is never changed. Otherwise the next free name is used.
  bool is_literal = true;
};

/// `given`: --output. If empty: "timeseries_<UTC>[_<job>[_<task>]][_r<restart>].h5". Otherwise
/// Slurm's patterns are replaced if their value is known: %j job id, %A array job's id, %a array
/// task, %u user, %h host without its domain; and %r restart count, %t UTC, %%. A number in between
/// ("%3a") is the width to which numbers are padded with zeros.
[[nodiscard]] OutputName name_output(std::string_view given, const Environment& environment,
                                     WallTime now);

/// The file that reserves the name of `output` for the run that will write it.
[[nodiscard]] std::filesystem::path reservation_path(const std::filesystem::path& output);

}  // namespace tscollect::options
