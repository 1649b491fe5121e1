// /proc/loadavg: load averages and the number of scheduling entities.
// https://www.kernel.org/doc/html/latest/filesystems/proc.html
//
// 0.15 0.27 0.31 2/489 128711
//
// Running and existing entities (processes and threads) share a token, joined by '/'. The last
// number, the latest process id, is not a metric and is left out.
#include "procfs/scan.hpp"
#include "table/line_writer.hpp"
#include "sources/sources.hpp"

#include <string>

namespace tscollect::sources {

namespace {

using enum Kind;
using enum ValueType;

const std::array<FieldDescription, 5> averages = {{
    {"load_1min", "processes", gauge, real, 0},
    {"load_5min", "processes", gauge, real, 0},
    {"load_15min", "processes", gauge, real, 0},
    {"running_processes", "count", gauge, integer, 0},
    {"total_processes", "count", gauge, integer, 0},
}};

[[gnu::hot]] void parse_line(std::string_view line, table::LineWriter& out) {
  if (line.empty()) return;
  for (std::size_t field = 0; field < 3; ++field) out.real(field, procfs::next_token(line));
  const std::string_view entities = procfs::next_token(line);
  const std::size_t slash = entities.find('/');
  if (slash == std::string_view::npos)
    return out.malformed("has no running/total pair in fourth place");
  out.integer(std::size_t{3}, entities.substr(0, slash));
  out.integer(std::size_t{4}, entities.substr(slash + 1));
}

FieldDescription describe_field(std::string_view name, std::string_view /*suffix*/,
                                std::span<const FieldDescription> /*earlier*/) {
  return {std::string(name), "unknown", unknown, integer, 0};
}

}  // namespace

constinit const table::Source loadavg = {
    .description = {.name = "loadavg",
                    .path = "loadavg",
                    .kernel_document =
                        "https://www.kernel.org/doc/html/latest/filesystems/proc.html",
                    .summary = "load averages, running and existing processes",
                    .row_dimension = {},
                    .row_name_field = {},
                    .value_type = real},
    .fields = averages,
    .parse_line = parse_line,
    .describe_field = describe_field,
};

}  // namespace tscollect::sources
