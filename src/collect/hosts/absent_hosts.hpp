#pragma once

#include "options/collect_options.hpp"
#include "collect/hosts/known_host.hpp"

#include <string>
#include <vector>

namespace tscollect::collect {

/// An expected host on which no rank runs.
struct AbsentHost {
  std::string name;
  std::string why;
};

/// Compares the hosts that answered with those that --hosts or the batch system names, reports
/// differences, and gives a silent host its name if only one is possible. `ranks`: size of the job.
[[nodiscard]] std::vector<AbsentHost> find_absent_hosts(KnownHosts& hosts,
                                                        const options::CollectOptions& options,
                                                        int ranks);

}  // namespace tscollect::collect
