#pragma once

#include "options/host_list.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tscollect::collect {

/// A host on which a rank runs.
struct PresentHost {
  std::string name;       ///< the host's own name; empty: it has not answered
  std::string node_name;  ///< the batch system's name for it; empty: unknown
};

/// Result of matching the expected hosts.
struct HostMatch {
  std::vector<std::string> missing;  ///< expected hosts without a rank
  /// For each present host the expected name that was assigned to it by elimination, although the
  /// names differ.
  std::vector<std::optional<std::string>> taken_for;
};

/// Matches each present host to an expected name; each name is used once. Two names match if they
/// differ only in upper and lower case, or if one is the other without its domain; names with
/// different domains do not match. A host's own name may differ entirely from the expected one (an
/// address, an alias, "localhost"). So remaining hosts get the remaining names in order, and only
/// names left without a host are missing. A host that has not answered gets a name only if there is
/// no choice.
[[nodiscard]] HostMatch match_hosts(const options::HostList& asked_for,
                                    std::span<const PresentHost> present);

}  // namespace tscollect::collect
