#include "tool/export/mlpstorage_hosts.hpp"

#include "base/process/host_name.hpp"
#include "base/text/name_list.hpp"
#include "base/text/printable.hpp"
#include "base/usage_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <functional>

namespace tscollect::tool {

namespace {

bool is_same(const std::string& given, const block::HostOutcome& host) {
  return base::lower_case(given) == base::lower_case(host.summary.name);
}

bool is_similar(const std::string& given, const block::HostOutcome& host) {
  return base::are_similar_hosts(given, host.summary.name);
}

/// Addresses are stored as "interface address".
bool is_address(const std::string& given, const block::HostOutcome& host) {
  return std::ranges::any_of(host.summary.facts.addresses, [&given](std::string_view address) {
    return address.substr(address.find(' ') + 1) == given;
  });
}

class Matches {
 public:
  Matches(const std::vector<std::string>& given, std::span<const block::HostOutcome> hosts)
      : hosts_(hosts), is_taken_(hosts.size(), false) {
    for (const std::string& name : given) found_.push_back({name, std::nullopt});
  }

  using Fits = bool (*)(const std::string& given, const block::HostOutcome& host);

  void take_those_that(Fits fit) {
    for (GivenHost& host : found_) {
      if (host.name) continue;
      for (std::size_t i = 0; i < hosts_.size() && !host.name; ++i)
        if (!is_taken_[i] && fit(host.given, hosts_[i])) take(host, i);
    }
  }

  void take_the_rest() {
    std::vector<GivenHost*> open;
    for (GivenHost& host : found_)
      if (!host.name) open.push_back(&host);
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < hosts_.size(); ++i)
      if (!is_taken_[i] && hosts_[i].summary.samples > 0) left.push_back(i);
    if (open.empty() || left.empty()) return;
    if (open.size() == 1 && left.size() == 1) return take(*open.front(), left.front());
    constexpr std::size_t most_named = 3;
    std::vector<std::string> names;
    names.reserve(left.size());
    for (const std::size_t at : left) names.push_back(base::printable(hosts_[at].summary.name));
    throw base::UsageError(
        fmt::format("--hosts: {} is no name or address of a host of the file, and it could be any "
                    "of {}; give the hosts as `tscollect info` shows them",
                    base::printable(open.front()->given), base::name_list(names, most_named)));
  }

  [[nodiscard]] std::vector<GivenHost> take_result() { return std::move(found_); }

 private:
  void take(GivenHost& host, std::size_t at) {
    host.name = hosts_[at].summary.name;
    is_taken_[at] = true;
  }

  std::span<const block::HostOutcome> hosts_;
  std::vector<bool> is_taken_;
  std::vector<GivenHost> found_;
};

}  // namespace

std::vector<std::string> parse_given_hosts(std::string_view list) {
  constexpr std::string_view separators = ", \t\n";
  std::vector<std::string> names;
  for (std::size_t at = list.find_first_not_of(separators); at != std::string_view::npos;
       at = list.find_first_not_of(separators, at)) {
    const std::size_t end = std::min(list.find_first_of(separators, at), list.size());
    const std::string_view word = list.substr(at, end - at);
    std::string name(word.substr(0, word.find(':')));
    if (!name.empty() && std::ranges::find(names, name) == names.end())
      names.push_back(std::move(name));
    at = end;
  }
  return names;
}

std::vector<GivenHost> match_given_hosts(const std::vector<std::string>& given,
                                         std::span<const block::HostOutcome> hosts) {
  Matches matches(given, hosts);
  for (const Matches::Fits fit : {is_same, is_similar, is_address}) matches.take_those_that(fit);
  matches.take_the_rest();
  return matches.take_result();
}

}  // namespace tscollect::tool
