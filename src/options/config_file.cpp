#include "options/config_file.hpp"

#include "base/files/text_file.hpp"
#include "options/allocation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <unistd.h>

namespace tscollect::options {

namespace {

constexpr std::size_t largest_config = std::size_t{1} << 20;
constexpr std::string_view spaces = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(spaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

std::string_view without_quotes(std::string_view value) {
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
      value.back() == value.front())
    return value.substr(1, value.size() - 2);
  return value;
}

}  // namespace

Result<std::vector<Setting>> parse_config(std::string_view text, const std::filesystem::path& path,
                                          std::string_view program) {
  std::vector<Setting> settings;
  bool for_us = true;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    const std::string origin = fmt::format("{}:{}", path.string(), number);
    if (line.front() == '[') {
      const bool is_for_run = line == "[tscollect-run]";
      if (!is_for_run && line != "[all]")
        return Error{fmt::format("{}: '{}' is neither [tscollect-run] nor [all]", origin, line)};
      for_us = !is_for_run || program == "tscollect-run";
      continue;
    }
    if (!for_us) continue;
    const std::size_t equals = line.find('=');
    Setting setting;
    setting.name = trimmed(line.substr(0, equals));
    setting.value = equals == std::string_view::npos
                        ? "true"
                        : without_quotes(trimmed(line.substr(equals + 1)));
    setting.origin = origin;
    settings.push_back(std::move(setting));
  }
  return settings;
}

std::vector<StandingConfig> standing_configs(SiteFile site) {
  std::vector<StandingConfig> files;
  const std::string named = from_environment("TSCOLLECT_SITE_CONFIG").value_or("");
  if (site == SiteFile::read && named.empty())
    files.push_back({"/etc/tscollect.conf", false});
  else if (site == SiteFile::read && named != "/dev/null")
    files.push_back({named, true});
  std::string folder = from_environment("XDG_CONFIG_HOME").value_or("");
  const std::string home = from_environment("HOME").value_or("");
  if (!folder.starts_with('/')) folder = home.starts_with('/') ? home + "/.config" : "";
  if (!folder.empty()) files.push_back({folder + "/tscollect.conf", false});
  return files;
}

Result<std::optional<std::string>> read_standing_config(const StandingConfig& file) {
  if (!file.was_named && ::access(file.path.c_str(), F_OK) != 0 &&
      (errno == ENOENT || errno == ENOTDIR))
    return std::optional<std::string>();
  auto text = base::read_trusted_text_file(
      file.path, largest_config, file.was_named ? base::Owner::anybody : base::Owner::user_or_root);
  if (!text) return text.error();
  return std::optional<std::string>(std::move(*text));
}

Result<std::string> read_config(const std::filesystem::path& path) {
  return base::read_text_file(path, largest_config);
}

}  // namespace tscollect::options
