#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace tscollect::options {

/// --help in 80 columns: names on the left, wrapped text on the right, with each option's default
/// and environment variable.
class HelpFormat : public CLI::Formatter {
 public:
  [[nodiscard]] std::string make_help(const CLI::App* app, std::string name,
                                      CLI::AppFormatMode mode) const override;
  [[nodiscard]] std::string make_option(const CLI::Option* option,
                                        bool is_positional) const override;
  [[nodiscard]] std::string make_subcommand(const CLI::App* command) const override;
  [[nodiscard]] std::string make_usage(const CLI::App* app, std::string name) const override;
  [[nodiscard]] std::string make_description(const CLI::App* app) const override;
};

}  // namespace tscollect::options
