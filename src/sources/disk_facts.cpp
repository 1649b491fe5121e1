// Facts about block devices, from /sys/class/block.
// https://www.kernel.org/doc/html/latest/admin-guide/abi-stable.html#abi-sys-block-disk-stat
//
// Roles:
//   disk       a device of its own: its bytes are counted nowhere else
//   partition  a part of the disk named in `stands_on`
//   stacked    built on the devices in `slaves` (dm, md, bcache, …), which count the same bytes
//   head       NVMe native multipath: combines the paths named in `stands_on`
//   path       one of these paths: hidden by the kernel, counts what passes through it
//   virtual    backed by something that sysfs does not name: memory (zram, brd), a file (loop),
//             a volume of a file system (zvol), a device behind DRBD
//
// Roles are not derived from names. A device without a parent in sysfs and without slaves is
// virtual; nbd, which has no parent either, is a disk once it has a server (`pid`). To count every
// byte once, sum disks and heads; if a head counts nothing (on some kernels), use its paths
// instead.
#include "base/text/printable.hpp"
#include "sources/device_facts.hpp"
#include "sources/sysfs.hpp"

#include <string>

namespace tscollect::sources {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t bytes_per_sector = 512;
constexpr std::int64_t most_sectors = std::int64_t{1} << 53;

/// The disk that contains the partition; empty if sysfs does not tell.
fs::path disk_of(const fs::path& partition) {
  std::error_code error;
  const fs::path whole = fs::canonical(partition, error).parent_path();
  return !error && is_there(whole / "dev") ? whole : fs::path();
}

bool is_same_namespace(const fs::path& head, const fs::path& path) {
  const std::string wwid = line_of(head / "wwid");
  if (!wwid.empty()) return wwid == line_of(path / "wwid");
  const std::int64_t nsid = number_of(head / "nsid");
  return nsid >= 0 && nsid == number_of(path / "nsid");
}

/// The paths behind a head. Kernels from 6.15 list them; on earlier ones they are below the
/// controllers of the head's subsystem.
std::set<std::string> paths_of(const fs::path& head, const fs::path& subsystem) {
  std::set<std::string> paths = names_in(head / "multipath");
  if (!paths.empty()) return paths;
  for (const std::string& controller : names_in(subsystem)) {
    if (!is_there(subsystem / controller / "cntlid")) continue;
    for (const std::string& name : names_in(subsystem / controller))
      if (const fs::path path = subsystem / controller / name;
          number_of(path / "hidden") == 1 && is_same_namespace(head, path))
        paths.insert(name);
  }
  return paths;
}

}  // namespace

table::DeviceFacts describe_disk(const fs::path& sysfs, std::string_view name) {
  const fs::path folder = device_folder(sysfs / "class" / "block", name);
  if (folder.empty()) return {{-1, -1, -1}, {"", "", ""}};
  const bool is_partition = is_there(folder / "partition");
  const fs::path disk = is_partition ? disk_of(folder) : folder;
  std::string role;
  std::set<std::string> stands_on = names_in(folder / "slaves");
  const std::string parent = target_of(folder / "device");
  const fs::path subsystem = sysfs / "class" / "nvme-subsystem" / parent;
  if (is_partition) {
    role = "partition";
    if (!disk.empty()) stands_on = {disk.filename().string()};
  } else if (!stands_on.empty()) {
    role = "stacked";
  } else if (number_of(folder / "hidden") == 1) {
    role = "path";
  } else if (!parent.empty() && is_there(subsystem)) {
    role = "head";
    stands_on = paths_of(folder, subsystem);
  } else {
    role = is_there(folder / "device") || is_there(folder / "pid") ? "disk" : "virtual";
  }
  const std::int64_t sectors = number_of(folder / "size");
  return {{is_partition ? 1 : 0, disk.empty() ? -1 : number_of(disk / "queue" / "rotational"),
           sectors < 0 || sectors > most_sectors ? -1 : sectors * bytes_per_sector},
          {role, base::printable(listed(stands_on)),
           disk.empty() ? "" : base::printable(line_of(disk / "device" / "model"))}};
}

}  // namespace tscollect::sources
