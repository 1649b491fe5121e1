// /proc/net/dev: traffic of each network interface in the reader's network namespace.
// https://www.kernel.org/doc/html/latest/networking/statistics.html
//
// Inter-|   Receive                                                |  Transmit
//  face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop …
//   eth0: 1296  12    0    0    0     0          0         0     1296  12    0    0    0     0 …
//
// There may be no blank between the colon and the first number, and an alias has a colon in its
// name (eth0:1): the name ends at the last colon of the line. Names may be long. Linux 2.6 prints
// "No statistics available." for a device whose driver has no counters. A line with fewer than 16
// numbers is truncated, and none of its values is used. Counters are 64 bits wide (before 2.6.36 as
// wide as the kernel's word).
#include "procfs/scan.hpp"
#include "table/line_writer.hpp"
#include "sources/device_facts.hpp"
#include "sources/sources.hpp"
#include "table/statistics.hpp"

#include <cstring>
#include <string>

namespace tscollect::sources {

namespace {

using enum Kind;
using enum ValueType;

const std::array<FieldDescription, 16> statistics = {{
    {"rx_bytes", "bytes", counter, integer, 64},
    {"rx_packets", "packets", counter, integer, 64},
    {"rx_errors", "packets", counter, integer, 64},
    {"rx_dropped", "packets", counter, integer, 64},
    {"rx_fifo", "count", counter, integer, 64},
    {"rx_frame", "packets", counter, integer, 64},
    {"rx_compressed", "packets", counter, integer, 64},
    {"rx_multicast", "packets", counter, integer, 64},
    {"tx_bytes", "bytes", counter, integer, 64},
    {"tx_packets", "packets", counter, integer, 64},
    {"tx_errors", "packets", counter, integer, 64},
    {"tx_dropped", "packets", counter, integer, 64},
    {"tx_fifo", "count", counter, integer, 64},
    {"tx_collisions", "count", counter, integer, 64},
    {"tx_carrier", "packets", counter, integer, 64},
    {"tx_compressed", "packets", counter, integer, 64},
}};

bool is_heading(std::string_view line) { return line.find('|') != std::string_view::npos; }

[[gnu::hot]] void parse_line(std::string_view line, table::LineWriter& out) {
  // The last colon; it is near the beginning.
  const void* const found = ::memrchr(line.data(), ':', line.size());
  if (found == nullptr) {
    if (!is_heading(line) && !line.empty()) out.malformed("has no colon after an interface name");
    return;
  }
  const auto colon = static_cast<std::size_t>(static_cast<const char*>(found) - line.data());
  std::string_view front = line.substr(0, colon);
  const std::string_view name = procfs::next_token(front);
  if (name.empty()) return out.malformed("has no interface name");
  const table::Statistics all = table::split_statistics(line.substr(colon + 1));
  if (all.count > 0 && all.tokens[0] == "No") return;  // "No statistics available."
  if (!out.row(name)) return;
  if (!procfs::next_token(front).empty()) return out.malformed("is not all of what precedes ':'");
  if (all.count < statistics.size()) return out.malformed("has fewer than 16 statistics");
  table::write_statistics(all, statistics.size(), out);
}

FieldDescription describe_field(std::string_view name, std::string_view /*suffix*/,
                                std::span<const FieldDescription> /*earlier*/) {
  return {std::string(name), "unknown", unknown, integer, 0};
}

}  // namespace

constinit const table::Source netdev = {
    .description = {.name = "netdev",
                    .path = "net/dev",
                    .kernel_document =
                        "https://www.kernel.org/doc/html/latest/networking/statistics.html",
                    .summary = "traffic and errors of each network interface",
                    .row_dimension = "interface",
                    .row_name_field = "interface_name"},
    .fields = statistics,
    .parse_line = parse_line,
    .describe_field = describe_field,
    .number_facts = interface_numbers,
    .text_facts = interface_texts,
    .describe_device = describe_interface,
};

}  // namespace tscollect::sources
