#pragma once

#include "options/host_list.hpp"
#include "run/line_template.hpp"

#include <tscollect/result.hpp>

#include <filesystem>
#include <string>

namespace tscollect::run {

/// The hosts on which the collector is to run, as far as they are known here.
struct JobHosts {
  options::HostList names;   ///< empty: whoever the launcher finds
  options::HostList logins;  ///< the same, with "user@" where the host file has it
  std::string hostfile;      ///< that holds them; empty: they come from elsewhere
};

/// Those of a host file as mpirun takes it: "user@node01:8 slots=8 # comment", a line each.
[[nodiscard]] Result<JobHosts> hosts_of_file(const std::filesystem::path& path);

/// Those of the first of a launcher's "hosts" that yields any: {"file": …}, {"slots": …} in LSF's
/// form, {"raw_options_of": [program…]}.
[[nodiscard]] JobHosts hosts_of_job(const nlohmann::json& sources, const Values& values);

}  // namespace tscollect::run
