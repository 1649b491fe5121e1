#pragma once

#include "tool/globs.hpp"
#include "tool/run_input.hpp"

#include <string>
#include <vector>

namespace tscollect::tool {

/// What sources, devices and fields are asked for. Patterns that chose nothing would give an empty
/// result without a word: check_hosts and check_names throw base::UsageError for the first one.
struct AskedNames {
  std::vector<std::string> sources;
  std::vector<std::string> devices;
  std::vector<std::string> fields;
};

/// Whether each pattern fits a host of the run.
void check_hosts(const RunInput& input, const Globs& hosts);

/// Whether each pattern fits something of one of these hosts. Reads hosts until all have been
/// found, which is the first one as a rule; those that cannot be read are passed over.
void check_names(const RunInput& input, const std::vector<std::string>& hosts, AskedNames asked);

}  // namespace tscollect::tool
