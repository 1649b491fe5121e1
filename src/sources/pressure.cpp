// /proc/pressure/{cpu,memory,io,irq}: how long tasks waited for a resource (PSI, since Linux 4.20).
// https://www.kernel.org/doc/html/latest/accounting/psi.html
//
// some avg10=0.01 avg60=0.09 avg300=0.44 total=18274467
// full avg10=0.00 avg60=0.02 avg300=0.27 total=15458767
//
// `some`: at least one task waited; `full`: all non-idle tasks waited. `total` is in microseconds
// since boot; the averages can be derived from it and are left out. `cpu` has `full` since 5.13,
// always zero; `irq` (6.1, if the kernel accounts interrupt time) has only `full`. A kernel without
// PSI has no such folder. Booted with psi=0, it may have the files and return EOPNOTSUPP; so may
// `irq` alone (6.14) if interrupt time is not accounted.
#include "procfs/scan.hpp"
#include "table/line_writer.hpp"
#include "base/text/printable.hpp"
#include "sources/sources.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <string>

namespace tscollect::sources {

namespace {

using enum Kind;
using enum ValueType;

constexpr std::array<std::string_view, 4> resources = {"cpu", "memory", "io", "irq"};

const std::array<FieldDescription, 8> fields = {{
    {"cpu_some_total", "us", counter, integer, 64},
    {"cpu_full_total", "us", counter, integer, 64},
    {"memory_some_total", "us", counter, integer, 64},
    {"memory_full_total", "us", counter, integer, 64},
    {"io_some_total", "us", counter, integer, 64},
    {"io_full_total", "us", counter, integer, 64},
    {"irq_some_total", "us", counter, integer, 64},
    {"irq_full_total", "us", counter, integer, 64},
}};

Result<std::vector<table::SourceFile>> find_files(const table::Roots& roots) {
  const auto folder = roots.procfs / "pressure";
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error))
    return Error{
        fmt::format("{}: there is no such folder: the kernel was built without pressure "
                    "stall information, or booted without psi=1",
                    folder.string())};
  std::vector<table::SourceFile> files;
  for (const std::string_view resource : resources)
    if (const auto path = folder / resource; std::filesystem::exists(path, error))
      files.push_back({path, std::string(resource)});
  if (files.empty()) return Error{fmt::format("{}: it is empty", folder.string())};
  return files;
}

std::string_view explain_error(const std::filesystem::path& file, int error_number) {
  if (error_number != EOPNOTSUPP) return {};
  return file.filename() == "irq" ? "the kernel does not account interrupt time"
                                  : "the kernel was booted with psi=0";
}

/// Position among the fields of a resource's line; the number of fields if there is none.
[[gnu::hot]] std::size_t find_field(std::string_view resource, std::string_view share) {
  if (share != "some" && share != "full") return fields.size();
  for (std::size_t i = 0; i < resources.size(); ++i)
    if (resource == resources[i]) return 2 * i + (share == "full" ? 1 : 0);
  return fields.size();
}

[[gnu::hot]] void parse_line(std::string_view line, table::LineWriter& out) {
  constexpr std::string_view key = " total=";
  const std::size_t found = line.rfind(key);
  std::string_view total = found == std::string_view::npos ? "" : line.substr(found + key.size());
  const std::string_view resource = procfs::next_token(line);
  const std::string_view share = procfs::next_token(line);
  if (share.empty()) return;
  if (found == std::string_view::npos)
    return out.malformed(fmt::format("{} {} has no total", resource, base::printable(share)));
  const std::string_view number = procfs::next_token(total);
  if (const std::size_t field = find_field(resource, share); field < fields.size())
    return out.integer(field, number);
  out.integer(fmt::format("{}_{}_total", resource, share), number);
}

FieldDescription describe_field(std::string_view name, std::string_view /*suffix*/,
                                std::span<const FieldDescription> /*earlier*/) {
  return {std::string(name), "us", counter, integer, 64};
}

}  // namespace

constinit const table::Source pressure = {
    .description = {.name = "pressure",
                    .path = "pressure/*",
                    .kernel_document = "https://www.kernel.org/doc/html/latest/accounting/psi.html",
                    .summary = "time that tasks waited for CPU, memory, I/O and interrupts",
                    .row_dimension = {},
                    .row_name_field = {}},
    .find_files = find_files,
    .explain_error = explain_error,
    .fields = fields,
    .parse_line = parse_line,
    .describe_field = describe_field,
};

}  // namespace tscollect::sources
