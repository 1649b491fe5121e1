#pragma once

#include <tscollect/result.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Option files: the site's, the user's, and that of --config.

namespace tscollect::options {

/// An option's value, and where it was given: "/etc/tscollect.conf:3", "TSCOLLECT_INTERVAL".
struct Setting {
  std::string name;  ///< the option's long name, without dashes
  std::string value;
  std::string origin;
};

/// Lines of "long-name = value". The value may be quoted; without a value it is "true". Lines that
/// begin with '#' or ';' are comments. Lines after "[tscollect-run]" are for that program alone, up
/// to "[all]". Error: "PATH:LINE: what".
[[nodiscard]] Result<std::vector<Setting>> parse_config(std::string_view text,
                                                        const std::filesystem::path& path,
                                                        std::string_view program);

/// A config file that is read by default.
struct StandingConfig {
  std::filesystem::path path;
  bool was_named = false;  ///< by $TSCOLLECT_SITE_CONFIG: it must exist, and may have any owner
};

/// Whether the site's file counts.
enum class SiteFile { read, skipped };

/// The site's file and the user's; the latter takes precedence. $TSCOLLECT_SITE_CONFIG replaces
/// /etc/tscollect.conf; "/dev/null" means no file.
[[nodiscard]] std::vector<StandingConfig> standing_configs(SiteFile site = SiteFile::read);

/// Its text; nothing if it does not exist. Error: it cannot be read, or others may write it, who
/// could then run programs as this user.
[[nodiscard]] Result<std::optional<std::string>> read_standing_config(const StandingConfig& file);

/// The text of the file of --config.
[[nodiscard]] Result<std::string> read_config(const std::filesystem::path& path);

}  // namespace tscollect::options
