#pragma once

#include "options/host_list.hpp"

#include <functional>
#include <optional>
#include <string>

namespace tscollect::options {

/// The hosts assigned to this job, if known.
struct Allocation {
  HostList
      hosts;  ///< without duplicates; empty: unknown, and the hosts are those that were started
  std::string source;  ///< origin of the list: "SLURM_JOB_NODELIST", "--hosts"
  std::string error;   ///< why the list could not be parsed; empty if it could
};

/// Returns the value of an environment variable; nothing if it is not set.
using Environment = std::function<std::optional<std::string>(const char* name)>;

/// The environment of this process.
[[nodiscard]] std::optional<std::string> from_environment(const char* name);

/// The hosts according to the batch system: Slurm (the nodes of this step if srun started it,
/// otherwise those of the job), PBS, LSF. `ranks`: the number of ranks, which distinguishes this
/// job's own step from one that it only runs inside of. Reads the file named by PBS_NODEFILE or
/// LSB_DJOB_HOSTFILE.
[[nodiscard]] Allocation allocation_of_job(const Environment& environment, int ranks);

}  // namespace tscollect::options
