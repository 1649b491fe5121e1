#pragma once

#include <tscollect/result.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Files of options: the site's, the user's, and that of --config.

namespace tscollect::options {

/// An option's value, and where it was given: "/etc/tscollect.conf:3", "TSCOLLECT_INTERVAL".
struct Setting {
  std::string name;  ///< the option's long name, without dashes
  std::string value;
  std::string origin;
};

/// Lines "long-name = value"; the value may stand in quotes, and is "true" if there is none. Lines
/// that begin with '#' or ';' are comments. What follows a line "[tscollect-run]" is for that
/// program alone, up to a line "[all]". Error: "PATH:LINE: what".
[[nodiscard]] Result<std::vector<Setting>> parse_config(std::string_view text,
                                                        const std::filesystem::path& path,
                                                        std::string_view program);

/// A file that is read without being asked for.
struct StandingConfig {
  std::filesystem::path path;
  bool was_named = false;  ///< by $TSCOLLECT_SITE_CONFIG: it must be there, and anybody may own it
};

/// The site's and the user's, the later one winning. $TSCOLLECT_SITE_CONFIG takes the place of
/// /etc/tscollect.conf; "/dev/null" there means none.
[[nodiscard]] std::vector<StandingConfig> standing_configs();

/// Its text; nothing: there is no such file. Error: it must not be believed, or cannot be read:
/// whoever may change it could have programs run in this user's name.
[[nodiscard]] Result<std::optional<std::string>> read_standing_config(const StandingConfig& file);

/// The text of --config's.
[[nodiscard]] Result<std::string> read_config(const std::filesystem::path& path);

}  // namespace tscollect::options
