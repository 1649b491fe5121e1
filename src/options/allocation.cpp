#include "options/allocation.hpp"

#include "base/files/text_file.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdlib>

namespace tscollect::options {

namespace {

/// Four times what 10,000 nodes with a line for each of 128 slots take.
constexpr std::size_t largest_file = std::size_t{64} << 20;

Result<HostList> hosts_in_file(std::string_view path) {
  const auto text = base::read_text_file(path, largest_file);
  if (!text) return text.error();
  auto hosts = parse_host_file(*text);
  if (!hosts) return hosts.error();
  return std::move(hosts->names);
}

/// An environment variable that lists the hosts of the job, and its format. The first one that is
/// set is used.
struct Witness {
  const char* name;
  Result<HostList> (*read)(std::string_view text);
};
constexpr std::array<Witness, 6> witnesses = {{
    {"SLURM_JOB_NODELIST", expand_host_list},
    {"SLURM_NODELIST", expand_host_list},
    {"PBS_NODEFILE", hosts_in_file},
    {"LSB_DJOB_HOSTFILE", hosts_in_file},
    {"LSB_MCPU_HOSTS", hosts_with_slots},
    {"LSB_HOSTS", hosts_in_words},
}};

Allocation ask(const Witness& witness, const std::string& text) {
  Allocation allocation;
  allocation.source = witness.name;
  auto hosts = witness.read(text);
  if (hosts) {
    allocation.hosts = std::move(*hosts);
  } else {
    allocation.error = hosts.error().message;
  }
  return allocation;
}

/// Whether srun started this process directly: then its step has as many tasks as there are ranks.
bool is_own_step(const Environment& environment, int ranks) {
  const auto tasks = environment("SLURM_STEP_NUM_TASKS");
  return tasks && *tasks == std::to_string(ranks) && !environment("OMPI_COMM_WORLD_SIZE");
}

/// The nodes of all components of a heterogeneous job; empty if it is none. Slurm's list of the
/// job's nodes has those of one component only.
std::string nodes_of_components(const Environment& environment) {
  constexpr int most_components = 10'000;
  std::string list;
  for (int component = 0; component < most_components; ++component) {
    const std::string name = fmt::format("SLURM_JOB_NODELIST_HET_GROUP_{}", component);
    const auto nodes = environment(name.c_str());
    if (!nodes) break;
    list += (list.empty() ? "" : ",") + *nodes;
  }
  return list;
}

}  // namespace

std::optional<std::string> from_environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

Allocation allocation_of_job(const Environment& environment, int ranks) {
  constexpr Witness components{"SLURM_JOB_NODELIST_HET_GROUP_0", expand_host_list};
  if (const std::string list = nodes_of_components(environment); !list.empty())
    return ask(components, list);
  constexpr Witness own_step{"SLURM_STEP_NODELIST", expand_host_list};
  if (is_own_step(environment, ranks))
    if (const auto text = environment(own_step.name)) return ask(own_step, *text);
  for (const Witness& witness : witnesses)
    if (const auto text = environment(witness.name)) return ask(witness, *text);
  return {};
}

}  // namespace tscollect::options
