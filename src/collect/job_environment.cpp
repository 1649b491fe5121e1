#include "collect/job_environment.hpp"

#include <array>
#include <cstdlib>

namespace tscollect::collect {

std::map<std::string, std::string> job_ids_from_environment() {
  // Slurm, PBS, LSF, Flux; array indices distinguish the members of a job array.
  constexpr std::array names = {"SLURM_JOB_ID",       "SLURM_JOB_NAME",      "SLURM_CLUSTER_NAME",
                                "SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_ID", "PBS_JOBID",
                                "PBS_JOBNAME",        "PBS_ARRAY_INDEX",     "LSB_JOBID",
                                "LSB_JOBNAME",        "LSB_JOBINDEX",        "FLUX_JOB_ID"};
  std::map<std::string, std::string> ids;
  for (const char* name : names)
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0')
      ids.emplace(name, value);
  return ids;
}

std::string node_name_from_environment() {
  const char* name = std::getenv("SLURMD_NODENAME");
  return name == nullptr ? std::string() : name;
}

}  // namespace tscollect::collect
