#include "collect/hosts/absent_hosts.hpp"

#include "options/allocation.hpp"
#include "collect/hosts/match_hosts.hpp"
#include "base/log.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

namespace tscollect::collect {

namespace {

constexpr std::size_t most_told = 10;

/// Value of --hosts that expects exactly the hosts on which ranks were started.
constexpr std::string_view those_started = "started";

options::Allocation requested_hosts(const options::CollectOptions& options, int ranks) {
  if (options.hosts == those_started) return {};
  if (options.hosts.empty()) return options::allocation_of_job(options::from_environment, ranks);
  options::Allocation allocation;
  allocation.source = "--hosts";
  allocation.hosts =
      options::expand_host_list(options.hosts).value();  // checked with the other options
  return allocation;
}

/// "n1, n2, n3 and 40 others"
std::string names_of(std::span<const std::string> names) {
  const std::size_t told = std::min(names.size(), most_told);
  std::string text = fmt::format("{}", fmt::join(names.first(told), ", "));
  if (names.size() > told) text += fmt::format(" and {} others", names.size() - told);
  return text;
}

void log_other_names(const KnownHosts& hosts, const HostMatch& roll, const std::string& source) {
  std::vector<std::string> pairs;
  auto taken = roll.taken_for.begin();
  for (const auto& [rank, host] : hosts) {
    // Not reported for "localhost", which is always another name of this machine.
    if (*taken && host.answered && **taken != "localhost")
      pairs.push_back(fmt::format("{} for {}", host.name, **taken));
    ++taken;
  }
  if (!pairs.empty())
    base::log("tscollect-mpi: {} names hosts differently than they name themselves: taking {}\n",
              source, names_of(pairs));
}

}  // namespace

std::vector<AbsentHost> find_absent_hosts(KnownHosts& hosts, const options::CollectOptions& options,
                                          int ranks) {
  const options::Allocation allocation = requested_hosts(options, ranks);
  if (!allocation.error.empty())
    base::log("tscollect-mpi: {} cannot be parsed ({}), so missing hosts cannot be detected\n",
              allocation.source, allocation.error);
  if (allocation.hosts.empty()) return {};

  std::vector<PresentHost> present;
  present.reserve(hosts.size());
  for (const auto& [rank, host] : hosts)
    present.push_back(host.answered ? PresentHost{host.name, host.node_name} : PresentHost{});
  const HostMatch roll = match_hosts(allocation.hosts, present);
  log_other_names(hosts, roll, allocation.source);
  auto taken = roll.taken_for.begin();
  for (auto& [rank, host] : hosts) {
    if (*taken && !host.answered) host.name = **taken;
    ++taken;
  }

  std::vector<AbsentHost> absent;
  for (const std::string& name : roll.missing)
    absent.push_back(
        {name, fmt::format("in {}, but no rank that runs there has answered", allocation.source)});
  if (!absent.empty())
    base::log(
        "tscollect-mpi: no rank on {}, which {} names: the file will be incomplete; with --hosts "
        "started only hosts with ranks are expected\n",
        names_of(roll.missing), allocation.source);
  return absent;
}

}  // namespace tscollect::collect
