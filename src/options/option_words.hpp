#pragma once

#include "base/exit_status.hpp"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tscollect::options {

/// Parses the site's file, the user's, that of --config, the environment and the command line.
/// Later ones take precedence; labels accumulate. Returns the exit status if the program is to end:
/// after --help or an error. `prints`: whether that is printed.
[[nodiscard]] std::optional<base::ExitStatus> parse_raw_options(CLI::App& app, int argc,
                                                                const char* const* argv,
                                                                bool prints);

/// "; did you mean --interval?" if a known option is similar to an unknown one; otherwise empty.
[[nodiscard]] std::string guess_for(const CLI::App& app, const std::string& word);

/// The option as command line words, "--interval=1", equivalent to what was given anywhere; none if
/// it was not given.
[[nodiscard]] std::vector<std::string> as_words(const CLI::Option& option);

}  // namespace tscollect::options
