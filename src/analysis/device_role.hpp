#pragma once

#include "store/run_file/run_file_reader.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tscollect::analysis {

/// The role of a device, and whether it counts in the sum over its host. Every byte must count
/// once: on the disk that is not built on another one, and on the interface that leaves the host.
struct DeviceRole {
  std::string_view role;  ///< as in the file: "disk", "partition", "stacked", "physical", …
  bool counted = true;
};

/// Roles of a host's disks, from the file (schema 1.3). If the file has none, or they count no disk
/// at all, the names of the kernel's own drivers are used (dm-0, md127, loop0); drivers with other
/// names are not recognized. `idle[i]`: the counters of row i did not change. A path behind an NVMe
/// head counts if its head is idle.
[[nodiscard]] std::vector<DeviceRole> disk_roles(const block::HostSource& disks,
                                                 const std::vector<bool>& idle);

/// Roles of network interfaces, in the same way. By name, lo and interfaces that are built on
/// others or belong to containers are not counted, unless there are no others.
[[nodiscard]] std::vector<DeviceRole> interface_roles(const block::HostSource& interfaces);

/// Roles for the source at `index` of an open host; devices of other sources all count.
[[nodiscard]] std::vector<DeviceRole> device_roles(const store::HostReader& host,
                                                   std::size_t index);

}  // namespace tscollect::analysis
