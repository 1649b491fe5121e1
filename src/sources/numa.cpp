// /sys/devices/system/node/node*/{meminfo,numastat}: memory of each NUMA node, and on which node it
// was allocated.
// https://www.kernel.org/doc/html/latest/admin-guide/numastat.html
//
// node0 meminfo Node 0 MemTotal:       131862032 kB
// node0 meminfo Node 0 HugePages_Total:     0
// node0 numastat numa_hit 28374651
//
// Keys are those of /proc/meminfo, except a few that are missing or added; "kB" is KiB, a line
// without it is a count. numastat counts pages: hit, miss (wanted elsewhere, allocated here),
// foreign (wanted here, allocated elsewhere), interleave_hit, local_node, other_node. A kernel
// without NUMA has no such folder.
#include "procfs/scan.hpp"
#include "table/line_writer.hpp"
#include "sources/sources.hpp"
#include "sources/sysfs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace tscollect::sources {

namespace {

using enum Kind;
using enum ValueType;

bool is_node(std::string_view name) {
  constexpr std::string_view beginning = "node";
  return name.starts_with(beginning) && name.size() > beginning.size() &&
         std::ranges::all_of(name.substr(beginning.size()),
                             [](char c) { return c >= '0' && c <= '9'; });
}

Result<std::vector<table::SourceFile>> find_files(const table::Roots& roots) {
  const auto nodes = roots.sysfs / "devices" / "system" / "node";
  std::vector<table::SourceFile> files;
  for (const std::string& node : names_in(nodes)) {
    if (!is_node(node)) continue;
    for (const char* name : {"meminfo", "numastat"})
      if (is_there(nodes / node / name))
        files.push_back({nodes / node / name, fmt::format("{} {}", node, name)});
  }
  if (files.empty()) return Error{fmt::format("{}: no NUMA nodes", nodes.string())};
  return files;
}

/// "Node 0 MemTotal:  131862032 kB"
[[gnu::hot]] void parse_meminfo(std::string_view line, table::LineWriter& out) {
  const std::string_view node = procfs::next_token(line);
  static_cast<void>(procfs::next_token(line));
  std::string_view key = procfs::next_token(line);
  if (node.empty()) return;
  if (node != "Node" || key.size() < 2 || key.find(':') != key.size() - 1)
    return out.malformed("meminfo is not 'Node N key: value'");
  key.remove_suffix(1);
  const std::string_view number = procfs::next_token(line);
  out.integer(key, number, procfs::next_token(line));
}

[[gnu::hot]] void parse_line(std::string_view line, table::LineWriter& out) {
  const std::string_view node = procfs::next_token(line);
  const std::string_view file = procfs::next_token(line);
  if (file.empty() || !out.row(node)) return;
  if (file == "meminfo") return parse_meminfo(line, out);
  const std::string_view key = procfs::next_token(line);
  if (!key.empty()) out.integer(key, procfs::next_token(line));
}

FieldDescription describe_field(std::string_view name, std::string_view suffix,
                                std::span<const FieldDescription> /*earlier*/) {
  // Keys of numastat begin with a lower-case letter, those of meminfo do not.
  const bool is_counter = !name.empty() && name.front() >= 'a' && name.front() <= 'z';
  if (is_counter) return {std::string(name), "pages", counter, integer, 0};
  return {std::string(name), suffix == "kB" ? "KiB" : "count", gauge, integer, 0};
}

}  // namespace

constinit const table::Source numa = {
    .description = {.name = "numa",
                    .path = "devices/system/node/node*/{meminfo,numastat}",
                    .kernel_document =
                        "https://www.kernel.org/doc/html/latest/admin-guide/numastat.html",
                    .summary = "memory of each NUMA node, and where it was taken from",
                    .row_dimension = "numa_node",
                    .row_name_field = "node_name",
                    .is_in_sysfs = true},
    .find_files = find_files,
    .parse_line = parse_line,
    .describe_field = describe_field,
    .rows_are_devices = false,
};

}  // namespace tscollect::sources
