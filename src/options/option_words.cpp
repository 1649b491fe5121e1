#include "options/option_words.hpp"

#include "base/text/closest.hpp"
#include "base/log.hpp"
#include "options/config_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace tscollect::options {

namespace {

using Settings = std::vector<Setting>;

/// The raw words of the command line, before they are checked.
struct CommandLine {
  std::set<std::string> names;
  std::string config;
};

/// "-o,--output"; CLI11 returns nothing for options that are hidden in --help.
std::string names_of(const CLI::Option& option) {
  std::string names;
  for (const std::string& name : option.get_snames()) names += "-" + name + ",";
  for (const std::string& name : option.get_lnames()) names += "--" + name + ",";
  names.pop_back();
  return names;
}

/// Parses the words with a copy of the options, to learn where each option was given. Errors are
/// left to the real parser.
CommandLine look_at_command_line(const CLI::App& app, int argc, const char* const* argv) {
  CLI::App stand_in;
  stand_in.set_help_flag();
  stand_in.allow_extras();
  std::vector<std::pair<std::string, const CLI::Option*>> copies;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_lnames().empty()) continue;
    const std::string names = names_of(*option);
    CLI::Option* copy = option->get_items_expected_max() == 0
                            ? stand_in.add_flag(names)
                            : stand_in.add_option(names)->expected(1);
    copy->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    copies.emplace_back(option->get_lnames().front(), copy);
  }
  try {
    stand_in.parse(argc, argv);
  } catch (const CLI::ParseError&) {
  }
  CommandLine found;
  for (const auto& [name, copy] : copies) {
    if (copy->count() == 0) continue;
    found.names.insert(name);
    if (name == "config") found.config = copy->results().back();
  }
  return found;
}

Settings from_environment(const CLI::App& app) {
  Settings settings;
  for (const CLI::Option* option : app.get_options()) {
    const std::string& name = option->get_envname();
    const char* value = name.empty() ? nullptr : std::getenv(name.c_str());
    if (value != nullptr && *value != '\0')
      settings.push_back({option->get_lnames().front(), value, name});
  }
  return settings;
}

std::vector<std::string> names_for_files(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    if (!option->get_envname().empty() && option->get_lnames().front() != "config")
      names.push_back(option->get_lnames().front());
  return names;
}

/// Converts "TSCOLLECT_INTERVAL", "--interval" and "Interval" to "interval".
std::string as_long_name(std::string_view word) {
  constexpr std::string_view variable = "TSCOLLECT_";
  if (word.starts_with(variable)) word.remove_prefix(variable.size());
  word.remove_prefix(std::min(word.find_first_not_of('-'), word.size()));
  std::string name;
  for (const char letter : word)
    name +=
        letter == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return name;
}

/// Error: names the line with an option that cannot be set in a file.
Result<Settings> from_file(const CLI::App& app, const std::string& text,
                           const std::filesystem::path& path) {
  auto settings = parse_config(text, path, app.get_name());
  if (!settings) return settings;
  const std::vector<std::string> names = names_for_files(app);
  for (const Setting& setting : *settings) {
    if (std::ranges::find(names, setting.name) != names.end()) continue;
    const std::string near = base::closest(as_long_name(setting.name), names);
    return Error{
        fmt::format("{}: '{}' is not an option of {} that a file can set{}", setting.origin,
                    setting.name, app.get_name(),
                    !near.empty() ? fmt::format("; did you mean '{}'?", near)
                    : app.get_name() == "tscollect-run"
                        ? ""
                        : "; options of tscollect-run alone belong below a line [tscollect-run]")};
  }
  return settings;
}

bool takes_all(const CLI::Option& option) {
  return option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
}

/// Removes settings that a later source overrides: the same options, and those that exclude them.
void give_way(const CLI::App& app, Settings& settings, const std::set<std::string>& later) {
  std::set<std::string> gone;
  for (const std::string& name : later) {
    const CLI::Option* option = app.get_option_no_throw("--" + name);
    if (option == nullptr) continue;
    if (!takes_all(*option)) gone.insert(name);
    for (const CLI::Option* other : option->get_excludes())
      gone.insert(other->get_lnames().front());
  }
  std::erase_if(settings, [&](const Setting& setting) { return gone.contains(setting.name); });
}

void put_on_top(const CLI::App& app, Settings& settings, Settings level) {
  std::set<std::string> names;
  for (const Setting& setting : level) names.insert(setting.name);
  give_way(app, settings, names);
  // In one file the last line of an option is used, as on a command line.
  Settings kept;
  for (Setting& setting : level) {
    const CLI::Option* option = app.get_option_no_throw("--" + setting.name);
    if (option != nullptr && !takes_all(*option))
      std::erase_if(kept, [&](const Setting& other) { return other.name == setting.name; });
    kept.push_back(std::move(setting));
  }
  settings.insert(settings.end(), kept.begin(), kept.end());
}

/// Settings of site file, user file, --config and environment, in increasing precedence. `prints`:
/// report files that are ignored.
Result<Settings> settings_besides(const CLI::App& app, const CommandLine& line, bool prints,
                                  SiteFile site) {
  Settings settings;
  const auto add_file = [&](const std::string& text, const std::filesystem::path& path) {
    auto level = from_file(app, text, path);
    if (!level) return Result<void>(level.error());
    put_on_top(app, settings, std::move(*level));
    return Result<void>();
  };
  if (!line.names.contains("no-site-config")) {
    for (const StandingConfig& file : standing_configs(site)) {
      const auto text = read_standing_config(file);
      if (!text && file.was_named) return Error{"$TSCOLLECT_SITE_CONFIG: " + text.error().message};
      if (!text && prints)
        base::log("{}: warning: {}; the file is ignored\n", app.get_name(), text.error().message);
      if (!text || !*text) continue;
      if (const auto added = add_file(**text, file.path); !added) return added.error();
    }
  }
  const char* variable = std::getenv("TSCOLLECT_CONFIG");
  const std::string config = !line.config.empty()  ? line.config
                             : variable == nullptr ? ""
                                                   : variable;
  if (!config.empty()) {
    const auto text = read_config(config);
    if (!text) return Error{"--config: " + text.error().message};
    if (const auto added = add_file(*text, config); !added) return added.error();
  }
  put_on_top(app, settings, from_environment(app));
  give_way(app, settings, line.names);
  return settings;
}

/// CLI11 also reads environment variables by itself, including overridden ones, and its messages do
/// not name options that --help does not show. While this object exists it does neither.
class ForParsing {
 public:
  explicit ForParsing(CLI::App& app) {
    for (CLI::Option* option : app.get_options({})) {
      saved_.push_back({option, option->get_envname(), option->get_group()});
      option->envname("");
      if (option->get_group().empty()) option->group("hidden");
    }
  }
  ForParsing(const ForParsing&) = delete;
  ForParsing& operator=(const ForParsing&) = delete;
  ~ForParsing() {
    for (const Saved& each : saved_) each.option->envname(each.variable)->group(each.group);
  }

 private:
  struct Saved {
    CLI::Option* option;
    std::string variable;
    std::string group;
  };
  std::vector<Saved> saved_;
};

void parse(CLI::App& app, const Settings& settings, int argc, const char* const* argv) {
  std::vector<std::string> words;
  for (const Setting& setting : settings)
    words.push_back(fmt::format("--{}={}", setting.name, setting.value));
  if (argc > 1) words.insert(words.end(), argv + 1, argv + argc);
  // CLI11 expects the words in reverse order.
  std::ranges::reverse(words);
  const ForParsing state(app);
  app.parse(words);
}

/// Where the setting named in the message was given: "/etc/tscollect.conf:3: "; empty: on the
/// command line.
std::string origin_of(std::string_view message, const Settings& settings) {
  for (const Setting& setting : settings) {
    const std::string name = "--" + setting.name;
    const std::size_t at = message.find(name);
    if (at == std::string_view::npos) continue;
    const std::size_t behind = at + name.size();
    const bool is_whole =
        behind == message.size() ||
        (message[behind] != '-' && std::isalnum(static_cast<unsigned char>(message[behind])) == 0);
    // Of several labels, find the wrong one.
    if (is_whole &&
        (setting.name != "label" || message.find(setting.value) != std::string_view::npos))
      return setting.origin + ": ";
  }
  return {};
}

}  // namespace

std::string guess_for(const CLI::App& app, const std::string& word) {
  if (!word.starts_with("--")) return {};
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  const std::string near = base::closest(std::string_view(word).substr(0, word.find('=')), names);
  return near.empty() ? std::string() : fmt::format("; did you mean {}?", near);
}

std::optional<OptionsEnd> read_raw_options(CLI::App& app, int argc, const char* const* argv,
                                           bool prints, SiteFile site) {
  const auto fail = [](std::string message) {
    return OptionsEnd{base::ExitStatus::usage, std::move(message)};
  };
  const CommandLine line = look_at_command_line(app, argc, argv);
  const bool asks = line.names.contains("help") || line.names.contains("version");
  const auto settings =
      asks ? Result<Settings>(Settings()) : settings_besides(app, line, prints, site);
  if (!settings) return fail(settings.error().message);
  try {
    parse(app, *settings, argc, argv);
    return std::nullopt;
  } catch (const CLI::Success& asked) {
    if (prints) app.exit(asked);
    return OptionsEnd{base::ExitStatus::complete, {}};
  } catch (const CLI::ExtrasError& error) {
    const auto extras = app.remaining();
    return fail(error.what() + (extras.empty() ? "" : guess_for(app, extras.front())));
  } catch (const CLI::ParseError& error) {
    return fail(origin_of(error.what(), *settings) + error.what());
  }
}

std::optional<base::ExitStatus> parse_raw_options(CLI::App& app, int argc, const char* const* argv,
                                                  bool prints) {
  const auto end = read_raw_options(app, argc, argv, prints, SiteFile::read);
  if (!end) return std::nullopt;
  if (prints && !end->error.empty()) base::log("{}", usage_text(app.get_name(), end->error));
  return end->status;
}

std::string usage_text(std::string_view program, std::string_view error) {
  return fmt::format("{0}: {1}\n{0}: see {0} --help\n", program, error);
}

std::vector<std::string> as_words(const CLI::Option& option) {
  std::vector<std::string> words;
  if (option.count() == 0 || option.get_lnames().empty()) return words;
  for (const std::string& value : option.reduced_results())
    words.push_back(fmt::format("--{}={}", option.get_lnames().front(), value));
  return words;
}

}  // namespace tscollect::options
