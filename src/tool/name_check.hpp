#pragma once

#include "tool/globs.hpp"
#include "tool/run_input.hpp"

#include <string>
#include <vector>

namespace tscollect::tool {

/// Patterns given for sources, devices and fields. Patterns without a match would silently give an
/// empty result, so check_hosts() and check_names() throw base::UsageError for the first one.
struct AskedNames {
  std::vector<std::string> sources;
  std::vector<std::string> devices;
  std::vector<std::string> fields;
};

/// Checks that each pattern matches a host of the run.
void check_hosts(const RunInput& input, const Globs& hosts);

/// Checks that each pattern matches something on one of these hosts. Reads hosts until all have a
/// match, usually only the first; unreadable hosts are skipped.
void check_names(const RunInput& input, const std::vector<std::string>& hosts, AskedNames asked);

}  // namespace tscollect::tool
