// Statistics of Lustre's client: of each mounted file system (llite), and of its connections to
// object servers (osc) and metadata servers (mdc).
// https://doc.lustre.org/lustre_manual.xhtml (LustreProc), obdclass/lprocfs_counters.c
//
// llite/scratch-ffff9e3c read_bytes 7 samples [bytes] 4096 1048576 3149824
// llite/scratch-ffff9e3c open 12 samples [usec] 10 100 500 12345
// osc/scratch-OST0000-osc-ffff9e3c ost_read 7 samples [usec] 201 2210 4810 4112300
//
// A line describes an event: its count, unit, smallest and largest value, sum, and from 2.x the sum
// of squares. The count (NAME_samples) and the sum are stored (NAME_bytes for bytes, NAME_us for
// times, NAME_sum for others), since the mount or since a user reset the file by writing to it.
// "[reqs]" and "[regs]" mean no unit, and have no sum in older versions.
//
// The files have moved: /proc/fs/lustre until 2.9, then partly /sys/fs/lustre, and
// /sys/kernel/debug/lustre, which only root can read. The first place that has a statistic is used.
#include "procfs/scan.hpp"
#include "table/field_name.hpp"
#include "table/line_writer.hpp"
#include "sources/sources.hpp"
#include "sources/sysfs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <string>

namespace tscollect::sources {

namespace {

using enum Kind;
using enum ValueType;

constexpr std::array<std::string_view, 3> kinds = {"llite", "osc", "mdc"};
/// llite has both, osc and mdc the first; mdc also has md_stats.
constexpr std::array<std::string_view, 2> files_of_kind = {"stats", "md_stats"};

Result<std::vector<table::SourceFile>> find_files(const table::Roots& roots) {
  const std::array<std::filesystem::path, 3> places = {roots.sysfs / "kernel" / "debug" / "lustre",
                                                       roots.procfs / "fs" / "lustre",
                                                       roots.sysfs / "fs" / "lustre"};
  std::map<std::string, table::SourceFile> found;  // by instance and file, without duplicates
  for (const auto& place : places)
    for (const std::string_view kind : kinds)
      for (const std::string& instance : names_in(place / kind))
        for (const std::string_view name : files_of_kind)
          if (const auto path = place / kind / instance / name; is_there(path))
            found.try_emplace(fmt::format("{}/{} {}", kind, instance, name),
                              table::SourceFile{path, fmt::format("{}/{}", kind, instance)});
  std::vector<table::SourceFile> files;
  files.reserve(found.size());
  for (auto& [name, file] : found) files.push_back(std::move(file));
  if (!files.empty()) return files;
  if (is_there(roots.sysfs / "fs" / "lustre") && !is_there(places.front()))
    return Error{fmt::format("{}: Lustre's statistics need root (debugfs)", places[0].string())};
  return Error{fmt::format("{}: no Lustre client", places.back().string())};
}

std::string_view explain_error(const std::filesystem::path& /*file*/, int error_number) {
  return error_number == EACCES || error_number == EPERM ? "Lustre's statistics need root"
                                                         : std::string_view();
}

std::string_view ending_of(std::string_view name, std::string_view unit) {
  if (unit == "[bytes]") return name.ends_with("_bytes") ? "_sum" : "_bytes";
  return unit.starts_with("[us") ? "_us" : "_sum";
}

void parse_line(std::string_view line, table::LineWriter& out) {
  const std::string_view instance = procfs::next_token(line);
  const std::string_view name = procfs::next_token(line);
  const std::string_view count = procfs::next_token(line);
  if (count.empty()) return;
  // snapshot_time, start_time and elapsed_time
  if (procfs::next_token(line) != "samples") return;
  const std::string_view unit = procfs::next_token(line);
  if (!out.row(instance)) return;
  if (unit.empty()) return out.malformed("has a statistic without a unit");
  out.integer(table::FieldName().add(name).add("_samples").view(), count);
  static_cast<void>(procfs::next_token(line));
  static_cast<void>(procfs::next_token(line));
  const std::string_view sum = procfs::next_token(line);
  if (!sum.empty())
    out.integer(table::FieldName().add(name).add(ending_of(name, unit)).view(), sum, unit);
}

FieldDescription describe_field(std::string_view name, std::string_view suffix,
                                std::span<const FieldDescription> /*earlier*/) {
  std::string_view unit = "count";
  if (suffix == "[bytes]") unit = "bytes";
  if (suffix.starts_with("[us")) unit = "us";
  if (suffix == "[pages]") unit = "pages";
  return {std::string(name), std::string(unit), counter, integer, 64};
}

}  // namespace

constinit const table::Source lustre = {
    .description = {.name = "lustre",
                    .path = "kernel/debug/lustre/{llite,osc,mdc}/*/stats",
                    .kernel_document = "https://www.kernel.org/doc/html/latest/filesystems/",
                    .summary = "operations, bytes and times of Lustre's clients",
                    .row_dimension = "lustre_instance",
                    .row_name_field = "instance_name",
                    .is_in_sysfs = true},
    .find_files = find_files,
    .explain_error = explain_error,
    .parse_line = parse_line,
    .describe_field = describe_field,
    .may_be_slow = true,
    .rows_are_devices = false,
};

}  // namespace tscollect::sources
