#include "options/option_words.hpp"

#include "base/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace tscollect::app {

namespace {

/// The environment as words in front of the command line. CLI11 by itself would let a config file
/// override it; this way the order is config file, environment, command line, the last one winning.
std::vector<std::string> with_environment(const CLI::App& app, int argc, const char* const* argv) {
  std::vector<std::string> words;
  for (const CLI::Option* option : app.get_options()) {
    const std::string& name = option->get_envname();
    const char* value = name.empty() ? nullptr : std::getenv(name.c_str());
    if (value != nullptr && *value != '\0')
      words.push_back(fmt::format("--{}={}", option->get_lnames().front(), value));
  }
  words.insert(words.end(), argv + 1, argv + argc);
  // CLI11 takes a vector from its end.
  std::ranges::reverse(words);
  return words;
}

}  // namespace

std::optional<ExitStatus> parse_words(CLI::App& app, int argc, const char* const* argv,
                                      bool speaks) {
  const std::string& program = app.get_name();
  try {
    app.parse(with_environment(app, argc, argv));
    return std::nullopt;
  } catch (const CLI::Success& asked) {
    if (speaks) app.exit(asked);
    return ExitStatus::complete;
  } catch (const CLI::ConfigError& error) {
    // CLI11 says "INI was not able to parse KEY": the key is what the user needs.
    const std::string_view text = error.what();
    if (speaks)
      record::tell(
          "{0}: --config: '{1}' is not an option; a config file takes the long names of "
          "tscollect-mpi --help, without dashes\n",
          program, text.substr(text.rfind(' ') + 1));
  } catch (const CLI::ParseError& error) {
    if (speaks) record::tell("{0}: {1}\n{0}: see {0} --help\n", program, error.what());
  }
  return ExitStatus::usage;
}

std::vector<std::string> words_of(const CLI::Option& option) {
  std::vector<std::string> words;
  if (option.count() == 0 || option.get_lnames().empty()) return words;
  for (const std::string& value : option.reduced_results())
    words.push_back(fmt::format("--{}={}", option.get_lnames().front(), value));
  return words;
}

}  // namespace tscollect::app
