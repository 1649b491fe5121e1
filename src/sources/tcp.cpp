// /proc/net/{snmp,netstat}: counters of IP, TCP and UDP in the reader's network namespace.
// https://www.kernel.org/doc/html/latest/networking/snmp_counter.html
//
// Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails … RetransSegs …
// Tcp: 1 200 120000 -1 141 48 7 9 2 61345 58123 12 0 33 0
//
// Two lines for each protocol, with names and values. Names have the protocol's name first, as in
// nstat: TcpRetransSegs, TcpExtListenOverflows, UdpRcvbufErrors. TcpExt has grown from some 40 to
// more than 120. Counters are as wide as the kernel's word, those of IP and IpExt 64 bits;
// TcpMaxConn is -1; values that are not counters are listed below. ICMP, UDP-Lite and MPTCP are
// left out.
#include "procfs/scan.hpp"
#include "table/field_name.hpp"
#include "table/line_writer.hpp"
#include "table/text_lines.hpp"
#include "sources/sources.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace tscollect::sources {

namespace {

using enum Kind;
using enum ValueType;

constexpr std::array<std::string_view, 2> file_names = {"snmp", "netstat"};
constexpr std::array<std::string_view, 5> protocols = {"Ip", "IpExt", "Tcp", "TcpExt", "Udp"};

Result<std::vector<table::SourceFile>> find_files(const table::Roots& roots) {
  std::vector<table::SourceFile> files;
  for (const std::string_view name : file_names)
    files.push_back({roots.procfs / "net" / name, std::string(name)});
  return files;
}

/// Removes "Tcp" from "Tcp: …" and returns it; empty if there is no colon.
std::string_view take_protocol(std::string_view& line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view protocol = line.substr(0, colon);
  line.remove_prefix(colon + 1);
  return protocol;
}

/// Writes "Tcp InSegs 61345" for each value, so that each line can be parsed independently.
[[gnu::hot]] void pair_lines(std::string_view text, std::string_view /*prefix*/,
                             procfs::TextBuffer& out) {
  while (!text.empty()) {
    std::string_view names = table::take_line(text);
    std::string_view values = table::take_line(text);
    const std::string_view protocol = take_protocol(names);
    if (std::ranges::find(protocols, protocol) == protocols.end()) continue;
    const bool is_pair = take_protocol(values) == protocol;
    for (std::string_view name = procfs::next_token(names); !name.empty();
         name = procfs::next_token(names)) {
      out.append(protocol);
      out.append(" ");
      out.append(name);
      out.append(" ");
      if (is_pair) out.append(procfs::next_token(values));
      out.append("\n");
    }
    if (is_pair && !procfs::next_token(values).empty()) {
      out.append(protocol);
      out.append("\n");
    }
  }
}

[[gnu::hot]] void parse_line(std::string_view line, table::LineWriter& out) {
  const std::string_view protocol = procfs::next_token(line);
  if (protocol.empty()) return;
  const std::string_view name = procfs::next_token(line);
  if (name.empty()) return out.malformed("has more values than names");
  out.integer(table::FieldName().add(protocol).add(name).view(), procfs::next_token(line));
}

struct Rule {
  std::string_view name;
  std::string_view unit;
  Kind kind;
};

constexpr std::array rules = {
    Rule{"IpForwarding", "1 forwarding, 2 not", gauge},
    Rule{"IpDefaultTTL", "hops", gauge},
    Rule{"TcpRtoAlgorithm", "1 other, 2 constant, 3 rsre, 4 vanj", gauge},
    Rule{"TcpRtoMin", "ms", gauge},
    Rule{"TcpRtoMax", "ms", gauge},
    Rule{"TcpMaxConn", "count", gauge},
    Rule{"TcpCurrEstab", "count", gauge},
};

FieldDescription describe_field(std::string_view name, std::string_view /*suffix*/,
                                std::span<const FieldDescription> /*earlier*/) {
  constexpr int word = 0;
  const auto rule = std::ranges::find(rules, name, &Rule::name);
  if (rule != rules.end())
    return {std::string(name), std::string(rule->unit), rule->kind, integer, word};
  const bool in_bytes = name.ends_with("Octets");
  const bool is_ip = name.starts_with("Ip");
  return {std::string(name), in_bytes ? "bytes" : "count", counter, integer, is_ip ? 64 : word};
}

}  // namespace

constinit const table::Source tcp = {
    .description = {.name = "tcp",
                    .path = "net/{snmp,netstat}",
                    .kernel_document =
                        "https://www.kernel.org/doc/html/latest/networking/snmp_counter.html",
                    .summary = "segments, retransmissions, resets and errors of IP, TCP and UDP",
                    .row_dimension = {},
                    .row_name_field = {}},
    .find_files = find_files,
    .rearrange = pair_lines,
    .parse_line = parse_line,
    .describe_field = describe_field,
};

}  // namespace tscollect::sources
