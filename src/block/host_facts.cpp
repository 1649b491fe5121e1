#include "block/host_facts.hpp"

#include "procfs/scan.hpp"
#include "procfs/proc_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <netinet/in.h>
#include <string_view>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace tscollect::block {

namespace {

/// The value after "key" and a colon in the first line that begins with the key; empty if there is
/// none.
std::string_view value_of(std::string_view text, std::string_view key) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    const std::size_t colon = line.find(':');
    if (!line.starts_with(key) || colon == std::string_view::npos) continue;
    line.remove_prefix(colon + 1);
    while (!line.empty() && procfs::is_blank(line.front())) line.remove_prefix(1);
    return line;
  }
  return {};
}

std::int64_t count_lines(std::string_view text, std::string_view start) {
  std::int64_t count = 0;
  for (std::size_t at = 0; at < text.size(); at = std::min(text.find('\n', at), text.size()) + 1)
    if (text.substr(at).starts_with(start)) ++count;
  return count;
}

std::string kernel() {
  utsname name{};
  if (::uname(&name) != 0) return {};
  return fmt::format("{} {} {} {}", name.sysname, name.release, name.version, name.machine);
}

std::vector<std::string> addresses() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return {};
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(list, ::freeifaddrs);
  std::vector<std::string> found;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || (entry->ifa_flags & IFF_LOOPBACK) != 0) continue;
    const int family = entry->ifa_addr->sa_family;
    const void* address = nullptr;
    if (family == AF_INET)
      address = &reinterpret_cast<const sockaddr_in*>(entry->ifa_addr)->sin_addr;
    if (family == AF_INET6)
      address = &reinterpret_cast<const sockaddr_in6*>(entry->ifa_addr)->sin6_addr;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address != nullptr && ::inet_ntop(family, address, text.data(), text.size()) != nullptr)
      found.push_back(fmt::format("{} {}", entry->ifa_name, text.data()));
  }
  return found;
}

}  // namespace

HostFacts read_host_facts(const std::filesystem::path& procfs) {
  HostFacts facts;
  facts.kernel = kernel();
  if (const auto text = procfs::read_text_once(procfs / "cpuinfo")) {
    facts.cpu_model = value_of(*text, "model name");
    if (facts.cpu_model.empty()) facts.cpu_model = value_of(*text, "Processor");
    facts.cpu_count = count_lines(*text, "processor\t");
  }
  if (const auto text = procfs::read_text_once(procfs / "meminfo")) {
    std::string_view total = value_of(*text, "MemTotal");
    facts.memory_kib = procfs::scan_integer(procfs::next_token(total)).bits;
  }
  if (const auto text = procfs::read_text_once(procfs / "sys/kernel/random/boot_id"))
    facts.boot_id = text->substr(0, text->find('\n'));
  facts.addresses = addresses();
  facts.clock_ticks_per_second = std::max(::sysconf(_SC_CLK_TCK), 0L);
  return facts;
}

OwnCost own_cost() noexcept {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto nanoseconds = [](const timeval& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + std::int64_t{time.tv_usec} * 1'000;
  };
  return {nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime),
          std::int64_t{usage.ru_maxrss} * 1024};
}

}  // namespace tscollect::block
