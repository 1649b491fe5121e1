// /proc/meminfo: use of memory.
// https://www.kernel.org/doc/html/latest/filesystems/proc.html#meminfo
//
// MemTotal:       32858820 kB
// Active(anon):     409300 kB
// HugePages_Total:       0
//
// "kB" is KiB. A line without it is a count of pages (HugePages_*). Keys contain brackets, values
// may be padded with zeros, and newer kernels add lines. Every value is a gauge. Linux 2.4, and
// systems that imitate it, begin with a table of several values per line:
//
//         total:    used:    free:  shared: buffers:  cached:
// Mem:  260000000 136000000 124000000        0  4900000 94000000
#include "procfs/scan.hpp"
#include "table/line_writer.hpp"
#include "base/text/printable.hpp"
#include "sources/sources.hpp"

#include <string>

namespace tscollect::sources {

namespace {

constexpr auto no_error = procfs::IntegerFault::none;

[[gnu::hot]] void parse_line(std::string_view line, table::LineWriter& out) {
  if (line.empty() || procfs::is_blank(line.front())) return;  // the heading of Linux 2.4's table
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return out.malformed("is not 'key: value'");
  const std::string_view key = line.substr(0, colon);
  line.remove_prefix(colon + 1);
  const std::string_view number = procfs::next_token(line);
  const std::string_view unit = procfs::next_token(line);
  // Rows of Linux 2.4's table, in bytes; the lines below it have the same values in KiB.
  if ((key == "Mem" || key == "Swap") && procfs::scan_integer(unit).error == no_error) return;
  out.integer(key, number, unit);
}

constexpr std::size_t longest_unit_bytes = 32;

FieldDescription describe_field(std::string_view name, std::string_view suffix,
                                std::span<const FieldDescription> /*earlier*/) {
  std::string unit = suffix.empty()   ? "count"
                     : suffix == "kB" ? "KiB"
                                      : base::printable(suffix.substr(0, longest_unit_bytes));
  return {std::string(name), std::move(unit), Kind::gauge, ValueType::integer, 0};
}

}  // namespace

constinit const table::Source meminfo = {
    .description = {.name = "meminfo",
                    .path = "meminfo",
                    .kernel_document =
                        "https://www.kernel.org/doc/html/latest/filesystems/proc.html#meminfo",
                    .summary = "use of memory",
                    .row_dimension = {},
                    .row_name_field = {}},
    .fields = {},
    .parse_line = parse_line,
    .describe_field = describe_field,
};

}  // namespace tscollect::sources
