#include "options/help_format.hpp"

#include "base/text/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

namespace tscollect::options {

namespace {

constexpr std::size_t columns = 79;
constexpr std::size_t text_column = 26;

/// The text beside an option's name: its first line continues the name's.
std::string wrapped_beside(std::string_view text) {
  std::string lines = base::wrapped(text, text_column, columns);
  if (lines.empty()) return lines;
  lines.pop_back();
  return lines.substr(text_column);
}

std::string entry(const std::string& name, const std::string& text) {
  const std::string head = "  " + name;
  const std::string gap = head.size() + 2 > text_column
                              ? "\n" + std::string(text_column, ' ')
                              : std::string(text_column - head.size(), ' ');
  return head + (text.empty() ? "" : gap + wrapped_beside(text)) + "\n";
}

}  // namespace

std::string HelpFormat::make_help(const CLI::App* app, std::string name,
                                  CLI::AppFormatMode mode) const {
  std::string help = CLI::Formatter::make_help(app, std::move(name), mode);
  for (std::size_t at = 0; (at = help.find("\n\n\n", at)) != std::string::npos;) help.erase(at, 1);
  return help;
}

std::string HelpFormat::make_option(const CLI::Option* option, bool is_positional) const {
  std::string name = make_option_name(option, is_positional);
  if (const std::size_t comma = name.find(",-"); comma != std::string::npos)
    name.insert(comma + 1, " ");
  if (!is_positional && option->get_type_size() != 0 && !option->get_type_name().empty())
    // CLI11 appends the description of a check after a colon.
    name += " " + option->get_type_name().substr(0, option->get_type_name().find(':'));
  std::string text = option->get_description();
  if (!option->get_default_str().empty())
    text += fmt::format("; default: {}", option->get_default_str());
  if (!option->get_envname().empty()) text += fmt::format(" [{}]", option->get_envname());
  return entry(name, text);
}

std::string HelpFormat::make_subcommand(const CLI::App* command) const {
  return entry(command->get_name(), command->get_description());
}

std::string HelpFormat::make_usage(const CLI::App* app, std::string name) const {
  // Some descriptions begin with a usage line of their own.
  const bool is_said =
      !app->get_name().empty() && app->get_description().starts_with(app->get_name() + " [");
  return is_said ? std::string() : CLI::Formatter::make_usage(app, std::move(name));
}

std::string HelpFormat::make_description(const CLI::App* app) const {
  const std::string text = app->get_description();
  // Text with explicit line breaks keeps them.
  if (text.find('\n') != std::string::npos) return text + "\n\n";
  return base::wrapped(text, 0, columns) + "\n";
}

}  // namespace tscollect::options
