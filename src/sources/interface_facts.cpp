// Facts about network interfaces, from /sys/class/net.
// https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-net
//
// Roles:
//   loopback
//   physical  has a device: its traffic leaves the host, or its virtual machine
//   stacked   built on other interfaces, which count the same bytes: bond, team, bridge, VLAN, …
//   virtual   all others: veth, tun, dummy; a representor of a virtual function
//
// `lower` lists the interfaces that this one is built on, `upper` those built on it (for a member
// of a bond or a bridge, the bond or bridge). sysfs has links of these names since Linux 3.14; for
// earlier kernels, and for P_Keys of IPoIB, other files are read. `kind` is the kernel's name of
// the type. `speed_mbps` is -1 if there is no link, or if the driver does not know it.
#include "base/text/printable.hpp"
#include "sources/device_facts.hpp"
#include "sources/sysfs.hpp"

#include "procfs/proc_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <net/if_arp.h>
#include <string>

namespace tscollect::sources {

namespace {

namespace fs = std::filesystem;

std::set<std::string> with_beginning(const std::set<std::string>& names,
                                     std::string_view beginning) {
  std::set<std::string> rest;
  for (const std::string& name : names)
    if (name.starts_with(beginning)) rest.insert(name.substr(beginning.size()));
  return rest;
}

std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return words;
}

std::set<std::string> lower_of(const fs::path& folder, const std::set<std::string>& names) {
  std::set<std::string> lower = with_beginning(names, "lower_");
  if (lower.empty()) lower = words_of(line_of(folder / "bonding" / "slaves"));
  if (lower.empty()) lower = names_in(folder / "brif");
  if (lower.empty() && names.contains("parent")) lower = words_of(line_of(folder / "parent"));
  return lower;
}

std::set<std::string> upper_of(const fs::path& folder, const std::set<std::string>& names) {
  std::set<std::string> upper = with_beginning(names, "upper_");
  if (const std::string master = target_of(folder / "master"); !master.empty())
    upper.insert(master);
  return upper;
}

/// "bond" from the line "DEVTYPE=bond" of uevent.
std::string device_type(const fs::path& folder) {
  constexpr std::string_view key = "DEVTYPE=";
  const auto text = procfs::read_text_once(folder / "uevent");
  if (!text) return {};
  const std::size_t at = text->find(key);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + key.size();
  return text->substr(begin, text->find('\n', begin) - begin);
}

/// Switch drivers create a port on the host for each virtual function: "pf0vf3", "c1pf0sf88".
bool is_representor(const fs::path& folder) {
  const std::string port = line_of(folder / "phys_port_name");
  const std::size_t pf = port.find("pf");
  return pf != std::string::npos &&
         (port.find("vf", pf) != std::string::npos || port.find("sf", pf) != std::string::npos);
}

std::string kind_of(const fs::path& folder, const std::set<std::string>& names) {
  if (std::string type = device_type(folder); !type.empty()) return type;
  if (names.contains("bonding")) return "bond";
  if (names.contains("bridge")) return "bridge";
  if (names.contains("tun_flags")) return "tun";
  if (names.contains("device") && is_representor(folder)) return "representor";
  return {};
}

std::string link_type_of(std::int64_t type) {
  switch (type) {
    case -1: return {};
    case ARPHRD_ETHER: return "ethernet";
    case ARPHRD_INFINIBAND: return "infiniband";
    case ARPHRD_LOOPBACK: return "loopback";
    default: return fmt::format("{}", type);
  }
}

}  // namespace

table::DeviceFacts describe_interface(const fs::path& sysfs, std::string_view name) {
  const fs::path folder = device_folder(sysfs / "class" / "net", name);
  if (folder.empty()) return {{-1}, {"", "", "", "", "", ""}};
  const std::set<std::string> names = names_in(folder);
  const std::set<std::string> lower = lower_of(folder, names);
  const std::int64_t type = number_of(folder / "type");
  const std::string kind = kind_of(folder, names);
  std::string role = "virtual";
  if (type == ARPHRD_LOOPBACK)
    role = "loopback";
  else if (!lower.empty() || kind == "bond" || kind == "bridge" || kind == "vlan")
    role = "stacked";
  else if (names.contains("device") && kind != "representor")
    role = "physical";
  return {{std::max<std::int64_t>(number_of(folder / "speed"), -1)},
          {role, base::printable(kind), base::printable(listed(lower)),
           base::printable(listed(upper_of(folder, names))),
           base::printable(target_of(folder / "device" / "driver")), link_type_of(type)}};
}

}  // namespace tscollect::sources
