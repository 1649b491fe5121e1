// Duration of readings of other sources, in microseconds: of sources that may be slow and are read
// on threads of their own, and of all sources if `reading_time` is requested by name. There is no
// file. The sampler writes a line for each reading that returned in time:
//
// nfs 184
// rdma 2210
#include "procfs/scan.hpp"
#include "table/line_writer.hpp"
#include "sources/sources.hpp"

#include <string>

namespace tscollect::sources {

namespace {

void parse_line(std::string_view line, table::LineWriter& out) {
  const std::string_view source = procfs::next_token(line);
  if (!source.empty()) out.integer(source, procfs::next_token(line));
}

FieldDescription describe_field(std::string_view name, std::string_view /*suffix*/,
                                std::span<const FieldDescription> /*earlier*/) {
  return {std::string(name), "us", Kind::gauge, ValueType::integer, 64};
}

}  // namespace

constinit const table::Source reading_time = {
    .description = {.name = "reading_time",
                    .path = "",
                    .kernel_document = "",
                    .summary = "how long the readings of sources that may be slow took",
                    .row_dimension = {},
                    .row_name_field = {}},
    .parse_line = parse_line,
    .describe_field = describe_field,
    .is_reading_time = true,
};

}  // namespace tscollect::sources
