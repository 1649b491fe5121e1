#include "analysis/device_role.hpp"

#include "analysis/counter_rate.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

namespace tscollect::analysis {

namespace {

constexpr std::string_view digits = "0123456789";

/// Whether the name is that of a partition: "sda1" of "sda", "nvme0n1p1" of "nvme0n1".
bool is_part_of(std::string_view name, std::string_view disk) {
  if (!name.starts_with(disk) || name.size() == disk.size()) return false;
  std::string_view rest = name.substr(disk.size());
  if (digits.find(disk.back()) != std::string_view::npos) {
    if (rest.front() != 'p') return false;
    rest.remove_prefix(1);
  }
  return !rest.empty() && rest.find_first_not_of(digits) == std::string_view::npos;
}

/// Whether the name is one of these drivers' names followed by a number.
template <std::size_t N>
bool is_of(std::string_view name, const std::array<std::string_view, N>& drivers) {
  return std::ranges::any_of(drivers, [name](std::string_view driver) {
    return name.size() > driver.size() && name.starts_with(driver) &&
           digits.find(name[driver.size()]) != std::string_view::npos;
  });
}

/// Drivers of disks that store their data on other disks.
constexpr auto stacked_disks = std::to_array<std::string_view>({"dm-", "md", "md_d", "bcache"});
/// Drivers of disks that store their data in memory, in files, or below another driver.
constexpr auto virtual_disks =
    std::to_array<std::string_view>({"loop", "ram", "zram", "drbd", "zd"});

/// Interfaces whose traffic passes through other interfaces.
constexpr auto stacked_interfaces = std::to_array<std::string_view>(
    {"bond", "team", "br", "virbr", "docker", "vlan", "lxcbr", "macvlan", "macvtap", "ipvlan"});
constexpr auto stacked_prefixes =
    std::to_array<std::string_view>({"br-", "docker", "virbr", "ovs-", "podman"});
/// Interfaces of containers, tunnels and tests.
constexpr auto virtual_interfaces = std::to_array<std::string_view>(
    {"vxlan", "tun", "tap", "dummy", "ifb", "cni", "wg", "sit", "gre", "gretap", "erspan", "ip6tnl",
     "tunl", "ip_vti", "ip6_vti", "nlmon", "vmnet"});
constexpr auto virtual_prefixes =
    std::to_array<std::string_view>({"veth", "cali", "flannel", "cilium", "lxc", "vnet", "vmnet"});

std::optional<std::int64_t> attribute_of(const block::HostSource& source, std::size_t row,
                                         std::string_view name) {
  const auto found = std::ranges::find(source.row_attributes, name);
  if (found == source.row_attributes.end()) return std::nullopt;
  const auto index = static_cast<std::size_t>(found - source.row_attributes.begin());
  const auto& attributes = source.rows[row].attributes;
  if (index >= attributes.size() || attributes[index] < 0) return std::nullopt;
  return attributes[index];
}

/// The role in the file, which the collector read from sysfs; empty if there is none.
std::string_view role_in_file(const block::HostSource& source, std::size_t row) {
  constexpr auto known = std::to_array<std::string_view>(
      {"disk", "partition", "stacked", "head", "path", "virtual", "loopback", "physical"});
  const auto name = std::ranges::find(source.row_texts, "role");
  if (name == source.row_texts.end()) return {};
  const auto index = static_cast<std::size_t>(name - source.row_texts.begin());
  const auto& texts = source.rows[row].texts;
  if (index >= texts.size()) return {};
  const auto role = std::ranges::find(known, std::string_view(texts[index]));
  return role == known.end() ? std::string_view() : *role;
}

bool is_partition(const block::HostSource& disks, std::size_t row) {
  if (const auto known = attribute_of(disks, row, "is_partition")) return *known == 1;
  return std::ranges::any_of(disks.rows, [&](const block::HostRow& disk) {
    return is_part_of(disks.rows[row].name, disk.name);
  });
}

template <std::size_t N>
bool begins_with(std::string_view name, const std::array<std::string_view, N>& prefixes) {
  return std::ranges::any_of(prefixes,
                             [name](std::string_view prefix) { return name.starts_with(prefix); });
}

DeviceRole interface_role_by_name(std::string_view name) {
  if (name == "lo") return {"loopback", false};
  if (is_of(name, virtual_interfaces) || begins_with(name, virtual_prefixes))
    return {"virtual", false};
  const bool is_alias = name.find_first_of(".:@") != std::string_view::npos;  // eth0.100, eth0:1
  if (is_alias || is_of(name, stacked_interfaces) || begins_with(name, stacked_prefixes))
    return {"stacked", false};
  return {"physical", true};
}

/// "nvme0n1" from "nvme0c1n1", the name of a path behind a multipath head; nothing if the name is
/// not that of a path.
std::optional<std::string> head_of_path(std::string_view name) {
  constexpr std::string_view driver = "nvme";
  if (!name.starts_with(driver)) return std::nullopt;
  const std::size_t c = name.find_first_not_of(digits, driver.size());
  if (c == driver.size() || c == std::string_view::npos || name[c] != 'c') return std::nullopt;
  const std::size_t n = name.find_first_not_of(digits, c + 1);
  if (n == c + 1 || n == std::string_view::npos || name[n] != 'n') return std::nullopt;
  return std::string(name.substr(0, c)) + std::string(name.substr(n));
}

/// `file`: use the roles in the file; otherwise only names.
std::vector<DeviceRole> disk_roles_by(bool file, const block::HostSource& disks,
                                      const std::vector<bool>& idle) {
  std::vector<DeviceRole> roles(disks.rows.size(), {"disk", true});
  std::map<std::string_view, std::size_t> row_of;
  for (std::size_t row = 0; row < roles.size(); ++row) row_of[disks.rows[row].name] = row;
  for (std::size_t row = 0; row < roles.size(); ++row) {
    const std::string& name = disks.rows[row].name;
    const std::string_view told = file ? role_in_file(disks, row) : std::string_view();
    if (told == "disk" || told == "head") {
      roles[row] = {told, !(told == "head" && idle[row])};
    } else if (!told.empty() && told != "path") {
      roles[row] = {told, false};
    } else if (is_partition(disks, row)) {
      roles[row] = {"partition", false};
    } else if (is_of(name, stacked_disks)) {
      roles[row] = {"stacked", false};
    } else if (is_of(name, virtual_disks)) {
      roles[row] = {"virtual", false};
    } else if (const auto head = head_of_path(name)) {
      const auto found = row_of.find(*head);
      const bool head_counts = found != row_of.end() && !idle[found->second];
      roles[row] = {"path", !head_counts};
      if (found != row_of.end() && !head_counts) roles[found->second].counted = false;
    }
  }
  return roles;
}

/// A zone of power, by its name: "package-0", "package-0/dram", "package-0/core", "psys". Parts of
/// a package other than its memory are in the package; psys has all of them.
DeviceRole zone_role(std::string_view name) {
  if (name.empty()) return {"zone", true};
  const bool is_package = name.starts_with("package") && name.find('/') == std::string_view::npos;
  const bool is_memory = name.ends_with("dram");
  return {is_package  ? "package"
          : is_memory ? "memory"
                      : "part",
          is_package || is_memory || name == "HPE Cray node"};
}

std::vector<DeviceRole> zone_roles(const block::HostSource& zones) {
  std::vector<DeviceRole> roles;
  for (const block::HostRow& zone : zones.rows) {
    roles.push_back(zone_role(zone.texts.empty() ? std::string_view() : zone.texts.front()));
    // The same packages through another interface, mostly without energy of its own.
    if (zone.name.starts_with("intel-rapl-mmio")) roles.back().counted = false;
  }
  return roles;
}

/// Sources whose devices all count, except zones of power.
std::vector<DeviceRole> other_roles(const block::HostSource& source) {
  if (source.name == "power") return zone_roles(source);
  constexpr auto known = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"percpu", "cpu"}, {"rdma", "port"}, {"nfs", "mount"}, {"numa", "node"}, {"gpu", "gpu"}});
  const auto found =
      std::ranges::find(known, source.name, &std::pair<std::string_view, std::string_view>::first);
  std::vector<DeviceRole> roles(source.rows.size(),
                                {found == known.end() ? "device" : found->second, true});
  if (source.name != "lustre") return roles;
  for (std::size_t row = 0; row < roles.size(); ++row)
    roles[row].role = source.rows[row].name.starts_with("llite/") ? "mount" : "connection";
  return roles;
}

}  // namespace

std::vector<DeviceRole> disk_roles(const block::HostSource& disks, const std::vector<bool>& idle) {
  std::vector<DeviceRole> roles = disk_roles_by(true, disks, idle);
  // A sysfs of another machine or container knows none of the disks.
  if (std::ranges::none_of(roles, &DeviceRole::counted)) return disk_roles_by(false, disks, idle);
  return roles;
}

std::vector<DeviceRole> interface_roles(const block::HostSource& interfaces) {
  std::vector<DeviceRole> roles;
  for (std::size_t row = 0; row < interfaces.rows.size(); ++row) {
    const std::string_view told = role_in_file(interfaces, row);
    if (told.empty())
      roles.push_back(interface_role_by_name(interfaces.rows[row].name));
    else
      roles.push_back({told, told == "physical"});
  }
  if (std::ranges::none_of(roles, &DeviceRole::counted))  // inside a container
    for (DeviceRole& role : roles) role.counted = role.role == "virtual";
  return roles;
}

std::vector<DeviceRole> device_roles(const store::HostReader& host, std::size_t index) {
  const block::HostSource& source = host.layout().sources[index].description;
  if (source.row_dimension.empty()) return {{"host", true}};
  if (source.name == "netdev") return interface_roles(source);
  if (source.name != "diskstats") return other_roles(source);
  std::vector<bool> idle(source.rows.size(), false);
  const bool has_paths = std::ranges::any_of(
      source.rows, [](const block::HostRow& row) { return head_of_path(row.name).has_value(); });
  const auto reads = find_field(source, "sectors_read");
  const auto writes = find_field(source, "sectors_written");
  if (!has_paths || !reads || !writes || host.samples() == 0) return disk_roles(source, idle);
  std::vector<std::int64_t> cells;
  for (const std::size_t field : {*reads, *writes}) {
    host.read_cells(host.samples() - 1, 1, {index, 0, source.rows.size(), field, 1, {}}, cells);
    for (std::size_t row = 0; row < idle.size(); ++row)
      idle[row] = (field == *reads || idle[row]) && cells[row] <= 0;
  }
  return disk_roles(source, idle);
}

}  // namespace tscollect::analysis
