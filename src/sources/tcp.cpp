// /proc/net/{snmp,netstat}: counters of IP, TCP and UDP in the reader's network namespace.
// https://www.kernel.org/doc/html/latest/networking/snmp_counter.html
//
// Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails … RetransSegs …
// Tcp: 1 200 120000 -1 141 48 7 9 2 61345 58123 12 0 33 0
//
// Two lines for each protocol, the names and the values. Names are those of the kernel behind the
// protocol's, as nstat has them: TcpRetransSegs, TcpExtListenOverflows, UdpRcvbufErrors. TcpExt has
// grown from some 40 to more than 120. What is known of these counters: they are as wide as the
// kernel's word, those of IP and IpExt 64 bits; TcpMaxConn is -1; what is no counter is listed
// below. ICMP, UDP-Lite and MPTCP are left out.
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
  files.reserve(file_names.size());
  for (const std::string_view name : file_names)
    files.push_back({roots.procfs / "net" / name, std::string(name)});
  return files;
}

/// "Tcp" of "Tcp: …", which is then without it; empty if there is no colon.
std::string_view take_protocol(std::string_view& line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view protocol = line.substr(0, colon);
  line.remove_prefix(colon + 1);
  return protocol;
}

/// "Tcp InSegs 61345", put together before it is appended: there are some two hundred of them.
class PairedLine {
 public:
  /// `protocol`: one of ours.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): text_
  explicit PairedLine(std::string_view protocol) {
    add(protocol);
    add(" ");
    name_at_ = size_;  // NOLINT(cppcoreguidelines-prefer-member-initializer): after the protocol
  }
  [[gnu::hot]] std::string_view of(std::string_view name, std::string_view value) {
    size_ = name_at_;
    // No name of the kernel's is as long, and no number that can be parsed.
    add(name.substr(0, longest_name));
    add(" ");
    add(value.substr(0, longest_value));
    add("\n");
    return {text_.data(), size_};
  }

 private:
  static constexpr std::size_t longest_name = 160;
  static constexpr std::size_t longest_value = 64;

  void add(std::string_view piece) {
    // Unlike memcpy, copy() may be given the null pointer of an empty view.
    piece.copy(text_.data() + size_, piece.size());
    size_ += piece.size();
  }

  std::array<char, longest_name + longest_value + 32>
      text_;  // not zeroed: no more of it is read than was written
  std::size_t size_ = 0;
  std::size_t name_at_ = 0;
};

/// Takes what stands before the next blank from a line without its newline.
[[gnu::hot]] std::string_view take_word(std::string_view& line) {
  while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

/// What stands in one line can be parsed by itself.
[[gnu::hot]] void pair_lines(std::string_view text, std::string_view /*prefix*/,
                             procfs::TextBuffer& out) {
  while (!text.empty()) {
    std::string_view names = table::take_line(text);
    std::string_view values = table::take_line(text);
    const std::string_view protocol = take_protocol(names);
    if (std::ranges::find(protocols, protocol) == protocols.end()) continue;
    const bool is_pair = take_protocol(values) == protocol;
    PairedLine line(protocol);
    for (std::string_view name = take_word(names); !name.empty(); name = take_word(names))
      out.append(line.of(name, is_pair ? take_word(values) : std::string_view()));
    if (is_pair && !take_word(values).empty()) {
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
