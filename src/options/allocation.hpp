#pragma once

#include "options/host_list.hpp"

#include <functional>
#include <optional>
#include <string>

namespace tscollect::options {

/// The hosts that this job was given, as far as somebody says so.
struct Allocation {
  HostList hosts;      ///< each once; empty: nobody says, and the hosts are those that were started
  std::string source;  ///< who says: "SLURM_JOB_NODELIST", "--hosts"
  std::string error;   ///< why what it says could not be understood; empty if it could
};

/// The value of a variable of the environment; nothing if it is not set.
using Environment = std::function<std::optional<std::string>(const char* name)>;

/// This process's.
[[nodiscard]] std::optional<std::string> from_environment(const char* name);

/// What the batch system says: Slurm (the nodes of our own step, if srun started it, or else those
/// of the job), PBS, LSF. `ranks`: how many there are of us, which tells our step from one that we
/// are only run inside. Reads the file that PBS_NODEFILE or LSB_DJOB_HOSTFILE names.
[[nodiscard]] Allocation allocation_of_job(const Environment& environment, int ranks);

}  // namespace tscollect::options
