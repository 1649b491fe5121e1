// Energy of processors and memory, and of HPE Cray nodes.
// https://www.kernel.org/doc/html/latest/power/powercap/powercap.html
//
// intel-rapl:0 energy_uj 262143328850
// intel-rapl:0 max_energy_range_uj 262143328850
// pm_counters energy 8127364 J 1732561234567890 us
//
// /sys/class/powercap/*: a zone is a package, its cores, or its memory (`power_zone_name`).
// energy_uj is in microjoules and restarts from 0 after max_energy_range_uj, every few minutes to
// hours, so sample more often than that. Only root can read it since 2020 (CVE-2020-8694), unless
// the site changes that. AMD's processors have the same files (also called intel-rapl). A zone that
// only sets limits has no energy.
//
// /sys/cray/pm_counters/*: power in W and energy in J of the whole node, its processors, memory and
// accelerators, updated ten times per second. Readable by everybody.
#include "procfs/scan.hpp"
#include "table/line_writer.hpp"
#include "base/text/printable.hpp"
#include "sources/sources.hpp"
#include "sources/sysfs.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <string>

namespace tscollect::sources {

namespace {

using enum Kind;
using enum ValueType;

constexpr std::string_view cray_row = "pm_counters";

/// "energy", "cpu_energy", "accel0_power", …; not "power_cap", "version", "startup", "generation".
bool is_pm_counter(std::string_view name) {
  return name.ends_with("energy") || name.ends_with("power");
}

Result<std::vector<table::SourceFile>> find_files(const table::Roots& roots) {
  std::vector<table::SourceFile> files;
  const auto zones = roots.sysfs / "class" / "powercap";
  for (const std::string& zone : names_in(zones))
    for (const char* name : {"energy_uj", "max_energy_range_uj"})
      if (is_there(zones / zone / name))
        files.push_back({zones / zone / name, fmt::format("{} {}", zone, name)});
  const auto counters = roots.sysfs / "cray" / "pm_counters";
  for (const std::string& name : names_in(counters))
    if (is_pm_counter(name))
      files.push_back({counters / name, fmt::format("{} {}", cray_row, name)});
  if (files.empty()) return Error{fmt::format("{}: no energy counters", zones.string())};
  return files;
}

std::string_view explain_error(const std::filesystem::path& /*file*/, int error_number) {
  return error_number == EACCES || error_number == EPERM ? "energy counters are for root here"
                                                         : std::string_view();
}

void parse_line(std::string_view line, table::LineWriter& out) {
  const std::string_view row = procfs::next_token(line);
  const std::string_view name = procfs::next_token(line);
  const std::string_view number = procfs::next_token(line);
  if (number.empty() || !out.row(row)) return;
  out.integer(name, number, procfs::next_token(line));
}

FieldDescription describe_field(std::string_view name, std::string_view suffix,
                                std::span<const FieldDescription> /*earlier*/) {
  if (name == "energy_uj") return {std::string(name), "uJ", counter, integer, 64};
  if (name == "max_energy_range_uj") return {std::string(name), "uJ", gauge, integer, 64};
  const bool is_energy = name.ends_with("energy");
  std::string unit =
      suffix.empty() ? (is_energy ? "J" : "W") : base::printable(suffix.substr(0, 16));
  return {std::string(name), std::move(unit), is_energy ? counter : gauge, integer, 64};
}

constexpr std::array<std::string_view, 1> zone_texts = {"name"};

/// "package-0", "dram"; zones within a package have its name first: "package-0/core".
table::DeviceFacts name_zone(const std::filesystem::path& sysfs, std::string_view row) {
  const auto folder = device_folder(sysfs / "class" / "powercap", row);
  if (folder.empty()) return {{}, {row == cray_row ? "HPE Cray node" : ""}};
  std::string name = line_of(folder / "name");
  // intel-rapl:0:1 is in intel-rapl:0
  const std::size_t last = row.rfind(':');
  if (last != std::string_view::npos && row.find(':') != last) {
    const auto parent = device_folder(sysfs / "class" / "powercap", row.substr(0, last));
    if (!parent.empty()) name = fmt::format("{}/{}", line_of(parent / "name"), name);
  }
  return {{}, {base::printable(name)}};
}

}  // namespace

constinit const table::Source power = {
    .description = {.name = "power",
                    .path = "class/powercap/*/energy_uj",
                    .kernel_document =
                        "https://www.kernel.org/doc/html/latest/power/powercap/powercap.html",
                    .summary = "energy of processors, memory and nodes",
                    .row_dimension = "power_zone",
                    .row_name_field = "zone_name",
                    .is_in_sysfs = true},
    .find_files = find_files,
    .explain_error = explain_error,
    .parse_line = parse_line,
    .describe_field = describe_field,
    .may_be_slow = true,
    .rows_are_devices = false,
    .text_facts = zone_texts,
    .describe_device = name_zone,
};

}  // namespace tscollect::sources
