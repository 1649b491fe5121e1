#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <utility>

namespace tscollect::options {

/// Adds options to a program, each with the variable of the environment that its long name makes:
/// "TSCOLLECT_" and MAX_SAMPLES for --max-samples.
class OptionDeclarer {
 public:
  OptionDeclarer(CLI::App& app, std::string prefix) : app_(app), prefix_(std::move(prefix)) {}

  /// The group in --help of those that follow.
  void begin_group(const std::string& name) { app_.option_defaults()->group(name); }

  /// `type`: what stands for the value in --help.
  template <class Value>
  CLI::Option* option(const std::string& names, Value& value, const std::string& type,
                      const std::string& text) {
    return named(*app_.add_option(names, value, text)->type_name(type));
  }

  CLI::Option* flag(const std::string& names, bool& value, const std::string& text) {
    return named(*app_.add_flag(names, value, text));
  }

  /// For the command line alone.
  CLI::Option* flag_without_variable(const std::string& names, bool& value,
                                     const std::string& text) {
    return app_.add_flag(names, value, text);
  }

  /// --help and --version, which leave; anew if they are there, so that they stand last.
  void help_and_version(const std::string& version);

  /// Takes the last word of an option that is given again.
  void last_one_counts() {
    app_.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }

 private:
  CLI::Option* named(CLI::Option& option) const;

  CLI::App& app_;
  std::string prefix_;
};

}  // namespace tscollect::options
