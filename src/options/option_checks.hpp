#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <string>

namespace tscollect::options {

/// Checks for a number of seconds within limits; the message gives the limits as a user would write
/// them.
[[nodiscard]] CLI::Validator seconds_between(double least, double most);

/// A check by a function that returns the error of a word, or nothing if it is valid.
[[nodiscard]] CLI::Validator checked(std::function<std::string(const std::string&)> error_in);

/// For checked(): errors in a list for --sources, a regular expression, KEY=VALUE.
[[nodiscard]] std::string error_in_sources(const std::string& list);
[[nodiscard]] std::string error_in_expression(const std::string& expression);
[[nodiscard]] std::string error_in_label(const std::string& label);
/// Error of a config file that cannot be read at once, such as a pipe or an endless file.
[[nodiscard]] std::string error_in_config(const std::string& path);
[[nodiscard]] std::string error_in_host_list(const std::string& list);

}  // namespace tscollect::options
