// /sys/class/infiniband/DEVICE/ports/PORT: InfiniBand, RoCE, Omni-Path and EFA ports, one file per
// value.
// https://www.kernel.org/doc/html/latest/admin-guide/abi-stable.html (sysfs-class-infiniband)
//
// counters/port_rcv_data        84726352816
// counters/VL15_dropped         N/A (no PMA)
// hw_counters/out_of_sequence   0
// state                         4: ACTIVE
// rate                          100 Gb/sec (4X EDR)
//
// port_rcv_data and port_xmit_data are in units of four bytes. What a port does not count says
// "N/A (no PMA)", or cannot be read (EINVAL): it costs that cell. Counters are 64 bits wide where
// the port has the extended ones; others stay at their largest value instead of wrapping.
// `hw_counters` are the driver's own, and refreshed every `lifespan` ms. `rate` has a decimal in
// steps of half a Gb/s (2.5 Gb/sec), so that it is kept in Mb/s. HPE Slingshot has its counters in
// /sys/class/cxi/*/device/telemetry, one in a file, with the time of its last refresh behind an
// '@'. The text that is parsed has a line for each file: "mlx5_0/1 port_rcv_data 84726352816".
#include "procfs/scan.hpp"
#include "table/line_writer.hpp"
#include "sources/sources.hpp"
#include "sources/sysfs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>

namespace tscollect::sources {

namespace {

using enum Kind;
using enum ValueType;

/// Of some 1,500 counters of a Slingshot device, each a file, those of bytes, packets by traffic
/// class, pauses, the link's errors, and what had to be sent again.
constexpr std::array<std::string_view, 12> slingshot_beginnings = {
    "hni_sts_rx_ok_octets", "hni_sts_tx_ok_octets",   "hni_pkts_sent_by_tc", "hni_pkts_recv_by_tc",
    "hni_rx_paused",        "hni_tx_paused",          "hni_pcs_corrected",   "hni_pcs_uncorrected",
    "hni_llr_tx_replay",    "pct_retry_srb_requests", "pct_sct_timeouts",    "pct_spt_timeouts"};

void find_slingshot(const table::Roots& roots, std::vector<table::SourceFile>& files) {
  const auto devices = roots.sysfs / "class" / "cxi";
  for (const std::string& device : names_in(devices)) {
    const auto folder = devices / device / "device" / "telemetry";
    for (const std::string& name : names_in(folder))
      if (std::ranges::any_of(slingshot_beginnings, [&](std::string_view beginning) {
            return name.starts_with(beginning);
          }))
        files.push_back({folder / name, fmt::format("{} {}", device, name)});
  }
}

Result<std::vector<table::SourceFile>> find_files(const table::Roots& roots) {
  const auto devices = roots.sysfs / "class" / "infiniband";
  std::vector<table::SourceFile> files;
  for (const std::string& device : names_in(devices)) {
    const auto ports = devices / device / "ports";
    for (const std::string& port : names_in(ports)) {
      const auto folder = ports / port;
      const std::string row = fmt::format("{}/{}", device, port);
      const std::set<std::string> counters = names_in(folder / "counters");
      for (const std::string& name : counters)
        files.push_back({folder / "counters" / name, fmt::format("{} {}", row, name)});
      for (const std::string& name : names_in(folder / "hw_counters"))
        files.push_back({folder / "hw_counters" / name,
                         fmt::format("{} {}{}", row, counters.contains(name) ? "hw_" : "", name)});
      std::error_code error;
      for (const char* name : {"state", "rate"})
        if (std::filesystem::exists(folder / name, error))
          files.push_back({folder / name, fmt::format("{} {}", row, name)});
    }
  }
  find_slingshot(roots, files);
  if (files.empty()) return Error{fmt::format("{}: no RDMA devices", devices.string())};
  return files;
}

/// Converts "2.5" Gb/s to Mb/s.
[[gnu::hot]] void write_rate(std::string_view token, table::LineWriter& out) {
  constexpr double mb_per_gb = 1000;
  double gb_per_s = 0;
  if (!procfs::scan_real(token, gb_per_s) || std::abs(gb_per_s) > 1e9)
    return out.integer("rate_mbps", token);  // not a number: the writer reports it
  const std::string mb_per_s = fmt::format("{}", std::llround(gb_per_s * mb_per_gb));
  out.integer("rate_mbps", mb_per_s);
}

[[gnu::hot]] void parse_line(std::string_view line, table::LineWriter& out) {
  const std::string_view port = procfs::next_token(line);
  const std::string_view name = procfs::next_token(line);
  std::string_view value = procfs::next_token(line);
  if (value.empty() || value.starts_with("N/A")) return;
  if (!out.row(port)) return;
  if (name == "rate") return write_rate(value, out);
  if (const std::size_t at = value.find('@'); at != std::string_view::npos)
    value = value.substr(0, at);  // Slingshot: "4182@1732561234.123456789"
  if (name == "state" && value.ends_with(':')) value.remove_suffix(1);  // "4: ACTIVE"
  out.integer(name, value);
}

struct Rule {
  std::string_view ending;
  std::string_view unit;
  Kind kind;
};

// The first rule that matches the end of the name applies.
constexpr std::array rules = {
    Rule{"port_rcv_data", "4 bytes", counter},
    Rule{"port_xmit_data", "4 bytes", counter},
    Rule{"_octets", "bytes", counter},
    Rule{"_bytes", "bytes", counter},
    Rule{"_packets", "packets", counter},
    Rule{"_pkts", "packets", counter},
    Rule{"rate_mbps", "Mb/s", gauge},
    Rule{"state", "1 down, 2 init, 3 armed, 4 active, 5 active defer", gauge},
    Rule{"lifespan", "ms", gauge},
    Rule{"", "count", counter},
};

FieldDescription describe_field(std::string_view name, std::string_view /*suffix*/,
                                std::span<const FieldDescription> /*earlier*/) {
  const Rule& rule = *std::ranges::find_if(
      rules, [name](std::string_view ending) { return name.ends_with(ending); }, &Rule::ending);
  return {std::string(name), std::string(rule.unit), rule.kind, integer, 64};
}

}  // namespace

constinit const table::Source rdma = {
    .description = {.name = "rdma",
                    .path = "class/infiniband/*/ports/*",
                    .kernel_document =
                        "https://www.kernel.org/doc/html/latest/admin-guide/abi-stable.html",
                    .summary = "counters, state and rate of each InfiniBand or RoCE port",
                    .row_dimension = "port",
                    .row_name_field = "port_name",
                    .is_in_sysfs = true},
    .find_files = find_files,
    .parse_line = parse_line,
    .describe_field = describe_field,
    .may_be_slow = true,
};

}  // namespace tscollect::sources
