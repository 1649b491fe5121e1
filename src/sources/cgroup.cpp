// The job's control group (cgroup v2): what its processes were given, used and waited for. Two
// sources read it: `cgroup`, and `cgroup_io` with a row for each block device.
// https://www.kernel.org/doc/html/latest/admin-guide/cgroup-v2.html
//
// cpu.stat usage_usec 104857600
// memory.events oom_kill 0
// io.stat 259:0 rbytes=536870912 wbytes=0 rios=512 wios=0 dbytes=0 dios=0
// memory.pressure some avg10=0.00 avg60=0.00 avg300=0.00 total=18274
//
// /proc/self/cgroup has the path of this process ("0::/…"). Under Slurm that is the collector's own
// step; the job's group is the folder above it called job_N, under PBS the one below "jobid", under
// LSF job.N.…; otherwise the process's own group is used. Files that the kernel lacks are left out.
// Fields are named after the file and the key in it: "cpu.usage_usec", "memory.anon",
// "memory.events.oom_kill", "memory.current", "io.pressure.some_total". "max" means no limit; such
// a cell is missing. io counts what reaches block devices: network file systems are not included,
// and writes count when the page cache is written back.
#include "procfs/scan.hpp"
#include "table/field_name.hpp"
#include "table/line_writer.hpp"
#include "sources/sources.hpp"
#include "sources/sysfs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace tscollect::sources {

namespace {

using enum Kind;
using enum ValueType;

constexpr std::string_view kernel_document =
    "https://www.kernel.org/doc/html/latest/admin-guide/cgroup-v2.html";

constexpr std::array<std::string_view, 17> file_names = {
    "cpu.stat",           "cpu.max",
    "cpu.pressure",       "io.stat",
    "io.pressure",        "memory.current",
    "memory.events",      "memory.high",
    "memory.low",         "memory.max",
    "memory.peak",        "memory.pressure",
    "memory.stat",        "memory.swap.current",
    "memory.swap.events", "memory.swap.max",
    "pids.current"};

bool is_job(std::string_view name) {
  // Slurm: job_4711; LSF: job.4711.1732561234
  if (!name.starts_with("job_") && !name.starts_with("job.")) return false;
  return name.size() > 4 && name[4] >= '0' && name[4] <= '9';
}

/// The part of the path up to the job's group; the whole path if there is none.
std::string job_level(const std::string& path) {
  std::size_t begin = 0;
  bool is_next = false;
  while (begin < path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view name = std::string_view(path).substr(begin, end - begin);
    if (is_next || is_job(name)) return path.substr(0, end);
    is_next = name == "jobid";
    begin = end + 1;
  }
  return path;
}

Result<std::string> own_path(const table::Roots& roots) {
  const auto file = roots.procfs / "self" / "cgroup";
  const auto text = procfs::read_text_once(file);
  if (!text) return text.error();
  constexpr std::string_view v2 = "0::";
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    if (text->compare(at, v2.size(), v2) == 0)
      return text->substr(at + v2.size(), end - at - v2.size());
    at = end + 1;
  }
  return Error{fmt::format("{}: no cgroup v2 here", file.string())};
}

Result<std::vector<table::SourceFile>> find_files(const table::Roots& roots) {
  const auto own = own_path(roots);
  if (!own) return own.error();
  std::string relative = job_level(*own);
  if (relative.find("..") != std::string::npos) relative.clear();  // outside our namespace
  std::vector<table::SourceFile> files;
  // With version 1 mounted as well, version 2 is in a folder of its own.
  for (const char* mount : {"fs/cgroup", "fs/cgroup/unified"}) {
    const auto root = roots.sysfs / mount;
    if (!is_there(root / "cgroup.procs") && !is_there(root / "cgroup.controllers")) continue;
    auto folder = root;
    folder += relative == "/" ? "" : relative;
    for (const std::string_view name : file_names)
      if (is_there(folder / name)) files.push_back({folder / name, std::string(name)});
    if (files.empty()) return Error{fmt::format("{}: no statistics there", folder.string())};
    return files;
  }
  return Error{fmt::format("{}: no cgroup v2 is mounted", (roots.sysfs / "fs/cgroup").string())};
}

[[gnu::hot]] void write_pressure(std::string_view file, std::string_view line,
                                 table::LineWriter& out) {
  constexpr std::string_view key = "total=";
  const std::string_view share = procfs::next_token(line);
  const std::size_t at = line.find(key);
  if (at == std::string_view::npos) return out.malformed("has no total");
  std::string_view number = line.substr(at + key.size());
  out.integer(table::FieldName().add(file).add(".").add(share).add("_total").view(),
              procfs::next_token(number));
}

void write_cpu_max(std::string_view line, table::LineWriter& out) {
  const std::string_view quota = procfs::next_token(line);
  if (quota != "max") out.integer("cpu.max.quota_usec", quota);
  out.integer("cpu.max.period_usec", procfs::next_token(line));
}

[[gnu::hot]] void parse_line(std::string_view line, table::LineWriter& out) {
  const std::string_view file = procfs::next_token(line);
  if (file.empty() || file == "io.stat") return;
  if (file.ends_with(".pressure")) return write_pressure(file, line, out);
  if (file == "cpu.max") return write_cpu_max(line, out);
  const std::string_view key = procfs::next_token(line);
  const std::string_view value = procfs::next_token(line);
  if (value.empty()) {  // a file of one value
    // A name of its own, as that in the line would depend on what follows the value.
    if (key != "max" && !key.empty()) out.integer(table::FieldName().add(file).view(), key);
    return;
  }
  if (value == "max") return;
  table::FieldName name;
  // "cpu.stat usage_usec" is cpu.usage_usec, "memory.events oom" stays memory.events.oom.
  name.add(file.ends_with(".stat") ? file.substr(0, file.size() - 5) : file).add(".").add(key);
  out.integer(name.view(), value);
}

/// "259:0 rbytes=1 wbytes=2 …", possibly followed by "cost.usage=…" and others.
[[gnu::hot]] void parse_io(std::string_view line, table::LineWriter& out) {
  if (procfs::next_token(line) != "io.stat") return;
  const std::string_view device = procfs::next_token(line);
  std::string_view rest = line;
  if (procfs::next_token(rest).empty() || !out.row(device)) return;  // no I/O yet
  for (std::string_view pair = procfs::next_token(line); !pair.empty();
       pair = procfs::next_token(line)) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) return out.malformed("has a word without '='");
    out.integer(pair.substr(0, equals), pair.substr(equals + 1));
  }
}

struct Rule {
  std::string_view part;
  std::string_view unit;
  Kind kind;
};

// The first rule whose `part` occurs in the name applies.
constexpr std::array rules = {
    Rule{"nr_bursts", "count", counter},
    Rule{"nr_periods", "count", counter},
    Rule{"nr_throttled", "count", counter},
    Rule{"_usec", "us", counter},
    Rule{"_total", "us", counter},
    Rule{"cpu.", "count", counter},
    Rule{"memory.swap.events", "count", counter},
    Rule{"memory.events", "count", counter},
    Rule{".max", "bytes", gauge},
    Rule{"pids.", "count", gauge},
    // Events of memory.stat; the others are sizes.
    Rule{"memory.pg", "count", counter},
    Rule{"memory.workingset_", "pages", counter},
    Rule{"memory.thp_", "count", counter},
    Rule{"memory.zsw", "count", counter},
    Rule{"memory.swpin_zero", "pages", counter},
    Rule{"memory.swpout_zero", "pages", counter},
    Rule{"memory.numa_", "pages", counter},
    Rule{"", "bytes", gauge},
};

FieldDescription describe_field(std::string_view name, std::string_view /*suffix*/,
                                std::span<const FieldDescription> /*earlier*/) {
  if (name.starts_with("cpu.max.")) return {std::string(name), "us", gauge, integer, 64};
  const Rule& rule = *std::ranges::find_if(
      rules, [name](const Rule& each) { return name.find(each.part) != std::string_view::npos; });
  return {std::string(name), std::string(rule.unit), rule.kind, integer, 64};
}

FieldDescription describe_io(std::string_view name, std::string_view /*suffix*/,
                             std::span<const FieldDescription> /*earlier*/) {
  return {std::string(name), name.ends_with("bytes") ? "bytes" : "count", counter, integer, 64};
}

constexpr std::array<std::string_view, 1> device_texts = {"name"};

/// Finds the name of "259:0", such as nvme0n1, in /sys/dev/block.
table::DeviceFacts name_device(const std::filesystem::path& sysfs, std::string_view row) {
  const auto folder = device_folder(sysfs / "dev" / "block", row);
  if (folder.empty()) return {{}, {""}};
  return {{}, {listed({target_of(folder)})}};
}

}  // namespace

constinit const table::Source cgroup = {
    .description = {.name = "cgroup",
                    .path = "fs/cgroup/*/{cpu,memory,io}.*",
                    .kernel_document = kernel_document,
                    .summary = "CPU, memory and pressure of the job's control group",
                    .row_dimension = {},
                    .row_name_field = {},
                    .is_in_sysfs = true},
    .find_files = find_files,
    .parse_line = parse_line,
    .describe_field = describe_field,
};

constinit const table::Source cgroup_io = {
    .description = {.name = "cgroup_io",
                    .path = "fs/cgroup/*/{cpu,memory,io}.*",
                    .kernel_document = kernel_document,
                    .summary = "block I/O of the job's control group, by device",
                    .row_dimension = "block_device",
                    .row_name_field = "device_number",
                    .is_in_sysfs = true},
    .find_files = find_files,
    .parse_line = parse_io,
    .describe_field = describe_io,
    .rows_are_devices = false,
    .text_facts = device_texts,
    .describe_device = name_device,
};

}  // namespace tscollect::sources
