#pragma once

#include "options/host_list.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tscollect::collect {

/// A host on which a rank runs.
struct PresentHost {
  std::string name;       ///< as the host calls itself; empty: it has not answered
  std::string node_name;  ///< as the batch system calls it; empty: not known
};

/// What became of the hosts that were asked for.
struct HostMatch {
  std::vector<std::string> missing;  ///< no rank runs there
  /// For each present host the name that it was asked for by, if it was taken to be that one
  /// although the names have nothing in common.
  std::vector<std::optional<std::string>> taken_for;
};

/// Finds for each present host the name that it was asked for by; each name is used once. Names are
/// the same but for upper and lower case, or one is the other without its domain; two domains are
/// two hosts. A host may also be called otherwise by itself than by whoever listed it (an address,
/// an alias, "localhost"), so the hosts that are left over take the names that are left over, in
/// order: only names for which no host is left are missing. A host that has not answered gets its
/// name only where there is no choice.
[[nodiscard]] HostMatch match_hosts(const options::HostList& asked_for,
                                    std::span<const PresentHost> present);

}  // namespace tscollect::collect
