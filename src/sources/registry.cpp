#include "procfs/scan.hpp"
#include "table/source.hpp"
#include "sources/sources.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

namespace tscollect::sources {

namespace {

// What a sample of few sources reads comes first; reading_time follows all that it is about.
const std::array all_sources = {diskstats, vmstat,   loadavg, meminfo, netdev, cpu,
                                percpu,    pressure, rdma,    tcp,     nfs,    cgroup,
                                cgroup_io, numa,     power,   gpu,     lustre, reading_time};

}  // namespace

}  // namespace tscollect::sources

// Declared in table/source.hpp, so that lower layers do not depend on the sources.
namespace tscollect::table {

std::span<const Source> registry() { return sources::all_sources; }

const Source* find_source(std::string_view name) {
  const auto found = std::ranges::find(
      registry(), name, [](const Source& source) { return source.description.name; });
  return found == registry().end() ? nullptr : &*found;
}

}  // namespace tscollect::table

namespace tscollect {

namespace {

constexpr std::array<std::string_view, 5> reference_names = {"diskstats", "vmstat", "loadavg",
                                                             "meminfo", "netdev"};
constexpr std::array<std::string_view, 7> default_names = {
    "diskstats", "vmstat", "loadavg", "meminfo", "netdev", "cpu", "pressure"};

std::vector<std::string_view> known_names() {
  std::vector<std::string_view> names;
  for (const table::Source& source : table::registry()) names.push_back(source.description.name);
  return names;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && procfs::is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && procfs::is_blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string_view to_string(Kind kind) noexcept {
  switch (kind) {
    case Kind::counter: return "counter";
    case Kind::gauge: return "gauge";
    case Kind::unknown: break;
  }
  return "unknown";
}

std::vector<SourceDescription> source_descriptions() {
  std::vector<SourceDescription> descriptions;
  for (const table::Source& source : table::registry()) descriptions.push_back(source.description);
  return descriptions;
}

std::vector<std::string> reference_source_names() {
  return {reference_names.begin(), reference_names.end()};
}

std::vector<std::string> default_source_names() {
  return {default_names.begin(), default_names.end()};
}

Result<SourceSelection> select_sources(std::string_view list) {
  std::vector<std::string_view> added;
  std::vector<std::string_view> named(reference_names.begin(), reference_names.end());
  std::vector<std::string_view> removed;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t comma = std::min(list.find(',', at), list.size());
    std::string_view word = trimmed(list.substr(at, comma - at));
    at = comma + 1;
    const bool removes = word.starts_with('-');
    if (removes) word.remove_prefix(1);
    auto& names = removes ? removed : added;
    if (word == "all") {
      std::ranges::copy(known_names(), std::back_inserter(names));
    } else if (word == "default") {
      std::ranges::copy(default_names, std::back_inserter(names));
    } else if (word == "reference") {
      std::ranges::copy(reference_names, std::back_inserter(names));
    } else if (table::find_source(word) != nullptr) {
      names.push_back(word);
      if (!removes) named.push_back(word);
    } else {
      return Error{fmt::format("unknown source '{}'; known: {}, all, default, reference", word,
                               fmt::join(known_names(), ", "))};
    }
  }
  if (added.empty()) added.assign(default_names.begin(), default_names.end());
  SourceSelection selection;
  for (const std::string_view name : known_names()) {
    if (std::ranges::count(added, name) == 0 || std::ranges::count(removed, name) > 0) continue;
    selection.names.emplace_back(name);
    if (std::ranges::count(named, name) == 0) selection.if_present.emplace_back(name);
  }
  if (selection.names.empty())
    return Error{fmt::format("the list of sources '{}' leaves none", list)};
  return selection;
}

}  // namespace tscollect
