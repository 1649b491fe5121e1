// /proc/diskstats: I/O statistics of each block device, including partitions.
// https://www.kernel.org/doc/html/latest/admin-guide/iostats.html
//
//    8       0 sda 1063 52 92202 1213 877 1203 60050 2013 0 2460 3301 0 0 0 0 102 75
//  259       1 nvme0n1p1 128 0 9400 31 2 0 2 0 0 40 31
//
// Major, minor and name are followed by 11 statistics, 15 from Linux 4.18 (discards), 17 from 5.5
// (flushes); later ones are kept as statistic_18 and so on. A partition's line of Linux 2.6 has 4
// with another meaning: reads, sectors read, writes, sectors written. A line with any other number
// is truncated, and none of its values is used. A sector is 512 bytes, whatever the device's block
// size. Times are 32 bits wide and wrap, the other counters are as wide as the kernel's word.
// ios_in_progress is the only gauge and can be negative. Summing disks and partitions counts bytes
// twice: the file's disk_role (from sysfs, disk_facts.cpp) tells them apart.
#include "procfs/scan.hpp"
#include "table/line_writer.hpp"
#include "sources/device_facts.hpp"
#include "sources/sources.hpp"
#include "table/statistics.hpp"

#include <string>

namespace tscollect::sources {

namespace {

using enum Kind;
using enum ValueType;

const std::array<FieldDescription, 17> statistics = {{
    {"reads_completed", "count", counter, integer, 0},
    {"reads_merged", "count", counter, integer, 0},
    {"sectors_read", "512-byte sectors", counter, integer, 0},
    {"time_reading_ms", "ms", counter, integer, 32},
    {"writes_completed", "count", counter, integer, 0},
    {"writes_merged", "count", counter, integer, 0},
    {"sectors_written", "512-byte sectors", counter, integer, 0},
    {"time_writing_ms", "ms", counter, integer, 32},
    {"ios_in_progress", "count", gauge, integer, 0},
    {"time_doing_ios_ms", "ms", counter, integer, 32},
    {"weighted_time_doing_ios_ms", "ms", counter, integer, 32},
    {"discards_completed", "count", counter, integer, 0},
    {"discards_merged", "count", counter, integer, 0},
    {"sectors_discarded", "512-byte sectors", counter, integer, 0},
    {"time_discarding_ms", "ms", counter, integer, 32},
    {"flush_requests_completed", "count", counter, integer, 0},
    {"time_flushing_ms", "ms", counter, integer, 32},
}};

constexpr std::array<std::string_view, 2> device_number = {"major", "minor"};

// Fields of the four statistics of a Linux 2.6 partition.
constexpr std::array<std::size_t, 4> old_partition_fields = {0, 2, 4, 6};

constexpr std::size_t fewest_statistics = 11;

[[gnu::hot]] void parse_line(std::string_view line, table::LineWriter& out) {
  const std::string_view whole = line;
  std::array<std::int64_t, 2> number{};
  for (std::int64_t& part : number) {
    const auto scanned = procfs::scan_integer(procfs::next_token(line));
    if (scanned.error != procfs::IntegerFault::none)
      return whole.empty() ? void() : out.malformed("does not begin with a device number");
    part = scanned.bits;
  }
  const std::string_view name = procfs::next_token(line);
  if (name.empty()) return out.malformed("has no device name");
  const table::Statistics all = table::split_statistics(line);
  if (!out.row(name, number.data())) return;
  if (all.count == old_partition_fields.size()) {
    for (std::size_t i = 0; i < all.count; ++i) out.integer(old_partition_fields[i], all.tokens[i]);
  } else if (all.count < fewest_statistics) {
    out.malformed("has fewer than 11 statistics, and not the 4 of a 2.6 partition");
  } else {
    table::write_statistics(all, statistics.size(), out);
  }
}

FieldDescription describe_field(std::string_view name, std::string_view /*suffix*/,
                                std::span<const FieldDescription> /*earlier*/) {
  return {std::string(name), "unknown", unknown, integer, 0};
}

}  // namespace

constinit const table::Source diskstats = {
    .description = {.name = "diskstats",
                    .path = "diskstats",
                    .kernel_document =
                        "https://www.kernel.org/doc/html/latest/admin-guide/iostats.html",
                    .summary = "I/O statistics of each block device and partition",
                    .row_dimension = "disk",
                    .row_name_field = "device_name"},
    .fields = statistics,
    .parse_line = parse_line,
    .describe_field = describe_field,
    .row_attributes = device_number,
    .number_facts = disk_numbers,
    .text_facts = disk_texts,
    .describe_device = describe_disk,
};

}  // namespace tscollect::sources
