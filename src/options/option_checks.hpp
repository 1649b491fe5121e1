#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <string>

namespace tscollect::options {

/// A number of seconds within limits; the message says them as the user would.
[[nodiscard]] CLI::Validator seconds_between(double least, double most);

/// A check that says what is wrong with a word, or nothing if it is good.
[[nodiscard]] CLI::Validator checked(std::function<std::string(const std::string&)> error_in);

/// For checked(): a list for --sources, a regular expression, KEY=VALUE.
[[nodiscard]] std::string error_in_sources(const std::string& list);
[[nodiscard]] std::string error_in_expression(const std::string& expression);
[[nodiscard]] std::string error_in_label(const std::string& label);
/// A config file that can be read at once: no pipe, nothing endless.
[[nodiscard]] std::string error_in_config(const std::string& path);
[[nodiscard]] std::string error_in_host_list(const std::string& list);

}  // namespace tscollect::options
