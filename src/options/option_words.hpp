#pragma once

#include "base/exit_status.hpp"
#include "options/config_file.hpp"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::options {

/// Why a program ends once its options are read.
struct OptionsEnd {
  base::ExitStatus status = base::ExitStatus::complete;
  std::string error;  ///< empty: --help or --version
};

/// Parses the site's file, the user's, that of --config, the environment and the command line.
/// Later ones take precedence; labels accumulate. Nothing: the program goes on. `prints`: whether
/// help, and warnings of files that are ignored, are printed.
[[nodiscard]] std::optional<OptionsEnd> read_raw_options(CLI::App& app, int argc,
                                                         const char* const* argv, bool prints,
                                                         SiteFile site);

/// The same, with the site's file, where errors are printed as well.
[[nodiscard]] std::optional<base::ExitStatus> parse_raw_options(CLI::App& app, int argc,
                                                                const char* const* argv,
                                                                bool prints);

/// The error of a program's options, with the way to its help.
[[nodiscard]] std::string usage_text(std::string_view program, std::string_view error);

/// "; did you mean --interval?" if a known option is similar to an unknown one; otherwise empty.
[[nodiscard]] std::string guess_for(const CLI::App& app, const std::string& word);

/// The option as command line words, "--interval=1", equivalent to what was given anywhere; none if
/// it was not given.
[[nodiscard]] std::vector<std::string> as_words(const CLI::Option& option);

}  // namespace tscollect::options
