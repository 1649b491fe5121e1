#pragma once

#include "store/run_file/run_file_reader.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tscollect::analysis {

/// What a device is, and whether its bytes belong into the sum over its host: each byte is counted
/// once, by the disk that stands on nothing else and by the interface that leaves the host.
struct DeviceRole {
  std::string_view role;  ///< as the file has it: "disk", "partition", "stacked", "physical", …
  bool counted = true;
};

/// Of the disks of a host, by the roles that the file has (schema 1.3). Where it has none, or they
/// count no disk at all, names of the kernel's own drivers tell (dm-0, md127, loop0): that is sure
/// for them and misses drivers that it does not know. `idle[i]`: row i has counted nothing; a path
/// behind an NVMe head counts where its head does not.
[[nodiscard]] std::vector<DeviceRole> disk_roles(const block::HostSource& disks,
                                                 const std::vector<bool>& idle);

/// Of network interfaces, likewise: by name, lo and those that other interfaces or containers stand
/// behind are left out, unless there are no others.
[[nodiscard]] std::vector<DeviceRole> interface_roles(const block::HostSource& interfaces);

/// Of any source of an open host; those of other devices are all counted.
[[nodiscard]] std::vector<DeviceRole> device_roles(const store::HostReader& host,
                                                   std::size_t source);

}  // namespace tscollect::analysis
