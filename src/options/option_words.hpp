#pragma once

#include "base/exit_status.hpp"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tscollect::options {

/// Parses the site's file, the user's, that of --config, the environment and the command line, the
/// later ones winning; labels add up. Returns the
/// status to leave with where there is nothing more to do: help was asked for, or something is
/// wrong. `prints`: whether that is printed.
[[nodiscard]] std::optional<base::ExitStatus> parse_raw_options(CLI::App& app, int argc,
                                                                const char* const* argv,
                                                                bool prints);

/// "; did you mean --interval?" for an unknown option that is near a known one; else empty.
[[nodiscard]] std::string guess_for(const CLI::App& app, const std::string& word);

/// The option as command line words, "--interval=1", that mean what was given wherever it was
/// given; none if it was not.
[[nodiscard]] std::vector<std::string> raw_options_of(const CLI::Option& option);

}  // namespace tscollect::options
