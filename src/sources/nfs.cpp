// /proc/self/mountstats: statistics of each NFS mount of this mount namespace.
// https://www.kernel.org/doc/html/latest/filesystems/nfs/index.html, fs/nfs/super.c and
// net/sunrpc/stats.c in the kernel, mountstats(8)
//
// device 10.0.0.1:/export mounted on /mnt/nfs with fstype nfs4 statvers=1.1
// 	events:	28 154 0 0 6 31 39 0 0 512 0 512 2 0 6 1 0 5 0 0 512 0 0 0 0 0 0
// 	bytes:	0 536870912 536870912 0 536870912 536870912 0 131072
// 	xprt:	tcp 879 1 1 0 13 2199 2199 0 6601 0 63 1537 5032
// 	per-op statistics
// 	        READ: 512 512 0 94208 536934400 12 301 330 0
//
// The folder of a mount follows `mounted on`, with blanks written as \040. `bytes` are those that
// programs read and wrote through the page cache, and bypassing it (O_DIRECT), then those that the
// server read and wrote, then pages. An operation has the numbers of operations, transmissions,
// major timeouts, bytes sent and received, and the milliseconds that its requests waited to be
// sent, for the response, and in total; from Linux 5.3 also the number of errors. Operations that
// have not occurred are left out, except READ, WRITE and COMMIT, so that the first of these count.
// With `nconnect` or trunking a mount has several `xprt` lines, which are summed. The times of
// operations and all counters are 64 bits wide, transport's as wide as the kernel's word.
//
// The file lists all mounts, including other file systems. It is generated from memory, without a
// request to a server. Mounts of one export (a bind mount, another folder of it) share their
// counters: sum only one of them.
#include "procfs/scan.hpp"
#include "table/field_name.hpp"
#include "table/line_writer.hpp"
#include "table/text_lines.hpp"
#include "sources/sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace tscollect::sources {

namespace {

using enum Kind;
using enum ValueType;

constexpr std::array<std::string_view, 27> events = {"inode_revalidates",
                                                     "dentry_revalidates",
                                                     "data_invalidates",
                                                     "attribute_invalidates",
                                                     "vfs_opens",
                                                     "vfs_lookups",
                                                     "vfs_accesses",
                                                     "vfs_update_pages",
                                                     "vfs_read_pages",
                                                     "vfs_reads_of_pages",
                                                     "vfs_write_pages",
                                                     "vfs_writes_of_pages",
                                                     "vfs_getdents",
                                                     "vfs_setattrs",
                                                     "vfs_flushes",
                                                     "vfs_fsyncs",
                                                     "vfs_locks",
                                                     "vfs_releases",
                                                     "congestion_waits",
                                                     "setattr_truncates",
                                                     "extending_writes",
                                                     "silly_renames",
                                                     "short_reads",
                                                     "short_writes",
                                                     "delays",
                                                     "pnfs_reads",
                                                     "pnfs_writes"};

constexpr std::array<std::string_view, 8> bytes = {
    "application_read_bytes", "application_write_bytes", "direct_read_bytes", "direct_write_bytes",
    "server_read_bytes",      "server_write_bytes",      "read_pages",        "write_pages"};

constexpr std::array<std::string_view, 5> transports = {"transports", "transport_connects",
                                                        "transport_sends", "transport_receives",
                                                        "transport_bad_xids"};

/// The numbers after the name of the operation.
constexpr std::array<std::string_view, 9> operations = {
    "_operations", "_transmissions", "_major_timeouts", "_bytes_sent", "_bytes_received",
    "_queue_ms",   "_response_ms",   "_execution_ms",   "_errors"};

/// The folder of an NFS mount; empty if the line is not one of an NFS mount.
std::string_view mount_of(std::string_view line) {
  constexpr std::string_view on = " mounted on ";
  constexpr std::string_view type = " with fstype nfs";
  if (!line.starts_with("device ")) return {};
  const std::size_t type_at = line.rfind(type);
  if (type_at == std::string_view::npos) return {};
  // nfs and nfs4, but not nfsd.
  const std::string_view behind = line.substr(type_at + type.size());
  if (!behind.empty() && behind.front() != ' ' && behind.front() != '4') return {};
  const std::size_t on_at = line.rfind(on, type_at);
  if (on_at == std::string_view::npos) return {};
  return line.substr(on_at + on.size(), type_at - on_at - on.size());
}

/// Sums over the `xprt` lines of one mount.
struct Transports {
  std::array<std::uint64_t, transports.size()> sums{};
  bool is_sound = true;

  void add(std::string_view line) {
    const std::string_view kind = procfs::next_token(line);
    // tcp and rdma: port, binds, connects, connect time, idle time, sends, receives, bad xids; udp
    // has no connects: port, binds, sends, …
    constexpr std::array<std::size_t, 4> connected = {2, 5, 6, 7};
    constexpr std::array<std::size_t, 4> unconnected = {1, 2, 3, 4};
    const bool is_udp = kind.starts_with("udp");
    std::array<std::string_view, 8> tokens{};
    for (std::string_view& token : tokens) token = procfs::next_token(line);
    ++sums[0];
    for (std::size_t i = 0; i < connected.size(); ++i) {
      const auto number = procfs::scan_integer(tokens[is_udp ? unconnected[i] : connected[i]]);
      is_sound = is_sound && number.error == procfs::IntegerFault::none;
      if (!is_udp || i > 0) sums[i + 1] += static_cast<std::uint64_t>(number.bits);
    }
  }
};

/// Writes lines that can be parsed independently: "FOLDER events 28 154 …".
class Writer {
 public:
  explicit Writer(procfs::TextBuffer& out) : out_(out) {}

  void begin(std::string_view mount) {
    this->end();
    mount_ = mount;
  }
  void end() {
    if (transports_.sums[0] > 0) {
      std::array<char, 160> numbers{};
      const auto& sums = transports_.sums;
      const auto written = fmt::format_to_n(numbers.data(), numbers.size(), "{} {} {} {} {}",
                                            sums[0], sums[1], sums[2], sums[3], sums[4]);
      if (transports_.is_sound)
        line("xprt", {numbers.data(), std::min(written.size, numbers.size())});
      else
        line("xprt", "?");
    }
    transports_ = {};
    in_operations_ = false;
    mount_ = {};
  }

  void take(std::string_view text) {
    if (mount_.empty()) return;
    const std::string_view key = procfs::next_token(text);
    if (key == "events:")
      line("events", text);
    else if (key == "bytes:")
      line("bytes", text);
    else if (key == "xprt:")
      transports_.add(text);
    else if (key == "per-op")
      in_operations_ = true;
    else if (in_operations_ && key.ends_with(':'))
      operation(key.substr(0, key.size() - 1), text);
  }

 private:
  void line(std::string_view kind, std::string_view rest) {
    out_.append(mount_);
    out_.append(" ");
    out_.append(kind);
    out_.append(" ");
    out_.append(rest);
    out_.append("\n");
  }
  void operation(std::string_view name, std::string_view numbers) {
    std::string_view rest = numbers;
    const bool is_always_kept = name == "READ" || name == "WRITE" || name == "COMMIT";
    if (procfs::next_token(rest) == "0" && !is_always_kept) return;
    line(name, numbers);
  }

  procfs::TextBuffer& out_;
  std::string_view mount_;
  Transports transports_;
  bool in_operations_ = false;
};

void split_mounts(std::string_view text, std::string_view /*prefix*/, procfs::TextBuffer& out) {
  Writer writer(out);
  while (!text.empty()) {
    const std::string_view line = table::take_line(text);
    if (line.starts_with("device "))
      writer.begin(mount_of(line));
    else
      writer.take(line);
  }
  writer.end();
}

template <std::size_t Count>
void write_fields(const std::array<std::string_view, Count>& names, std::string_view numbers,
                  table::LineWriter& out) {
  for (const std::string_view name : names) {
    const std::string_view number = procfs::next_token(numbers);
    if (number.empty()) return;  // older kernels have fewer
    out.integer(name, number);
  }
}

void write_operation(std::string_view operation, std::string_view numbers, table::LineWriter& out) {
  constexpr std::size_t fewest = 8;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const std::string_view number = procfs::next_token(numbers);
    if (number.empty()) {
      if (i < fewest) out.malformed(fmt::format("{} has fewer than 8 numbers", operation));
      return;
    }
    out.integer(table::FieldName().add(operation).add(operations[i]).view(), number);
  }
}

void parse_line(std::string_view line, table::LineWriter& out) {
  const std::string_view mount = procfs::next_token(line);
  const std::string_view kind = procfs::next_token(line);
  if (kind.empty() || !out.row(mount)) return;
  if (kind == "events") return write_fields(events, line, out);
  if (kind == "bytes") return write_fields(bytes, line, out);
  if (kind == "xprt") return write_fields(transports, line, out);
  write_operation(kind, line, out);
}

FieldDescription describe_field(std::string_view name, std::string_view /*suffix*/,
                                std::span<const FieldDescription> /*earlier*/) {
  if (name == "transports") return {std::string(name), "count", gauge, integer, 0};
  const int width = name.starts_with("transport_") ? 0 : 64;
  std::string_view unit = "count";
  if (name.ends_with("_bytes") || name.ends_with("_bytes_sent") ||
      name.ends_with("_bytes_received"))
    unit = "bytes";
  else if (name.ends_with("_ms"))
    unit = "ms";
  else if (name == "read_pages" || name == "write_pages")
    unit = "pages";
  return {std::string(name), std::string(unit), counter, integer, width};
}

}  // namespace

constinit const table::Source nfs = {
    .description = {.name = "nfs",
                    .path = "self/mountstats",
                    .kernel_document =
                        "https://www.kernel.org/doc/html/latest/filesystems/nfs/index.html",
                    .summary = "bytes, events and operations of each NFS mount",
                    .row_dimension = "mount",
                    .row_name_field = "mount_point"},
    .rearrange = split_mounts,
    .parse_line = parse_line,
    .describe_field = describe_field,
    .may_be_slow = true,
    .rows_are_devices = false,
};

}  // namespace tscollect::sources
