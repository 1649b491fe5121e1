#pragma once

#include "options/collect_options.hpp"
#include "options/config_file.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tscollect::run {

/// The options of tscollect-run.
struct RunOptions {
  std::filesystem::path hostfile;
  std::string launcher;          ///< empty: the first that fits
  std::string launcher_options;  ///< further words for the launcher's line, separated by blanks
  std::filesystem::path launcher_folder;  ///< folder with launcher files of the site or the user
  std::string mpirun;                     ///< empty: the first in PATH that fits
  std::string collector;                  ///< empty: the one beside this program, or in PATH
  std::chrono::seconds ready_limit{30};
  std::chrono::seconds stop_limit{120};
  bool print_launch = false;
  bool require = false;
  bool no_command = false;
  bool report = false;
  options::CollectOptions collect;         ///< as the collector will parse them
  std::vector<std::string> collect_words;  ///< the same as words, wherever they were given
  std::vector<std::string> command;        ///< exactly as it was given
};

/// Either options, or an error, or neither after --help and --version.
struct ParsedRunOptions {
  std::optional<RunOptions> options;
  std::string error;
};

/// `prints`: whether help, and warnings of files that are ignored, are printed.
[[nodiscard]] ParsedRunOptions parse_run_options(int argc, const char* const* argv, bool prints,
                                                 options::SiteFile site);

}  // namespace tscollect::run
