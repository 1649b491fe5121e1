#pragma once

#include "options/collect_options.hpp"
#include "collect/known_host.hpp"

#include <string>
#include <vector>

namespace tscollect::collect {

/// A host that was asked for and on which no rank runs.
struct AbsentHost {
  std::string name;
  std::string why;
};

/// Compares the hosts that answered with those that --hosts or the batch system names, says on
/// standard error what does not fit, and gives a silent host its name where only one can be meant.
/// `ranks`: the size of the job.
[[nodiscard]] std::vector<AbsentHost> find_absent_hosts(KnownHosts& hosts,
                                                        const options::CollectOptions& options,
                                                        int ranks);

}  // namespace tscollect::collect
