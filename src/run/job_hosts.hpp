#pragma once

#include "options/host_list.hpp"
#include "run/line_template.hpp"

#include <tscollect/result.hpp>

#include <filesystem>
#include <string>

namespace tscollect::run {

/// The hosts on which the collector is to run, as far as they are known.
struct JobHosts {
  options::HostList names;   ///< empty: those that the launcher finds
  options::HostList logins;  ///< the same, with "user@" where the host file has it
  std::string hostfile;      ///< the file that lists them; empty: another origin
};

/// The hosts of a host file in mpirun's format: lines such as "user@node01:8 slots=8 # comment".
[[nodiscard]] Result<JobHosts> hosts_of_file(const std::filesystem::path& path);

/// Those of the first of a launcher's "hosts" that yields any: {"file": …}, {"slots": …} in LSF's
/// form, {"words_of": [program…]}.
[[nodiscard]] JobHosts hosts_of_job(const nlohmann::json& sources, const Values& values);

}  // namespace tscollect::run
