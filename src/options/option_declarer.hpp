#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <utility>

namespace tscollect::options {

/// Adds options to a program, each with the environment variable derived from its long name:
/// TSCOLLECT_MAX_SAMPLES for --max-samples.
class OptionDeclarer {
 public:
  OptionDeclarer(CLI::App& app, std::string prefix) : app_(app), prefix_(std::move(prefix)) {}

  /// Group in --help of the options that follow.
  void begin_group(const std::string& name) { app_.option_defaults()->group(name); }

  /// `type`: placeholder of the value in --help.
  template <class Value>
  CLI::Option* option(const std::string& names, Value& value, const std::string& type,
                      const std::string& text) {
    return named(*app_.add_option(names, value, text)->type_name(type));
  }

  CLI::Option* flag(const std::string& names, bool& value, const std::string& text) {
    return named(*app_.add_flag(names, value, text));
  }

  /// A flag without an environment variable.
  CLI::Option* flag_without_variable(const std::string& names, bool& value,
                                     const std::string& text) {
    return app_.add_flag(names, value, text);
  }

  /// Adds --help and --version, which exit. If they exist they are added again, so that they are
  /// listed last.
  void help_and_version(const std::string& version);

  /// If an option is given more than once, the last one is used.
  void last_one_counts() {
    app_.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }

 private:
  CLI::Option* named(CLI::Option& option) const;

  CLI::App& app_;
  std::string prefix_;
};

}  // namespace tscollect::options
