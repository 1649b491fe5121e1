#pragma once

#include "block/run_info.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::tool {

/// A host as the benchmark was given it, and its name in the file.
struct GivenHost {
  std::string given;
  std::optional<std::string> name;  ///< nothing: the file does not have it
};

/// The names in the benchmark's --hosts, separated by commas or blanks, as the benchmark reads
/// them: without ":slots", each once.
[[nodiscard]] std::vector<std::string> parse_given_hosts(std::string_view list);

/// Finds each given host in the host table: by its name, with or without domain and in upper or
/// lower case, or by an address of it. If one given name ("localhost", an alias) and one host are
/// left, they belong together. Throws base::UsageError if it cannot be told which host of the file
/// a name means.
[[nodiscard]] std::vector<GivenHost> match_given_hosts(const std::vector<std::string>& given,
                                                       std::span<const block::HostOutcome> hosts);

}  // namespace tscollect::tool
