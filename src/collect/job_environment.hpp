#pragma once

#include <map>
#include <string>

namespace tscollect::collect {

/// The batch job's identity, as its environment has it: variable name to value, those that are set.
[[nodiscard]] std::map<std::string, std::string> job_ids_from_environment();

/// The batch system's name for this host, where it tells every rank; empty otherwise. It may differ
/// from what the host calls itself.
[[nodiscard]] std::string node_name_from_environment();

}  // namespace tscollect::collect
