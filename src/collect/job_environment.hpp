#pragma once

#include <map>
#include <string>

namespace tscollect::collect {

/// The identity of the batch job: names and values of the environment variables that are set.
[[nodiscard]] std::map<std::string, std::string> job_ids_from_environment();

/// The batch system's name for this host, if it passes one to every rank; otherwise empty. It may
/// differ from the host's own name.
[[nodiscard]] std::string node_name_from_environment();

}  // namespace tscollect::collect
