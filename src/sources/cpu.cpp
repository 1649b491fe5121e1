// /proc/stat: what the CPUs did since boot. Two sources read it: `cpu`, all CPUs together, and
// `percpu`, each by itself.
// https://www.kernel.org/doc/html/latest/filesystems/proc.html#miscellaneous-kernel-statistics-in-proc-stat
//
// cpu  125541 12821 35172 95309 2111 0 353 692 0 0
// cpu0 61865 6913 16512 49819 370 0 53 359 0 0
// intr 1211278 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 1 13
// ctxt 2173013
// btime 1795634196
// processes 36983
// procs_running 17
// procs_blocked 0
// softirq 612551 0 83467 97 45880 140764 0 4 115173 0 227166
//
// Times are in clock ticks (sysconf(_SC_CLK_TCK), in the file as clock_ticks_per_second). Linux 2.4
// had four of them; 2.6 added iowait, irq, softirq, then steal (2.6.11), guest (2.6.24) and
// guest_nice (2.6.33). Later ones are kept as statistic_11 and so on. A line with fewer than four
// is truncated, and none of its values is used. `guest` is contained in `user`, and `guest_nice` in
// `nice`. `idle` and `iowait` may decrease a little without a reset. CPUs that are offline have no
// line. `intr` and `softirq` are lists of up to thousands of numbers; only the total at the front
// is kept.
#include "procfs/scan.hpp"
#include "table/line_writer.hpp"
#include "sources/sources.hpp"
#include "table/statistics.hpp"

#include <string>

namespace tscollect::sources {

namespace {

using enum Kind;
using enum ValueType;

constexpr std::string_view kernel_document =
    "https://www.kernel.org/doc/html/latest/filesystems/"
    "proc.html#miscellaneous-kernel-statistics-in-proc-stat";

constexpr std::size_t time_count = 10;
constexpr std::size_t fewest_times = 4;

const std::array<FieldDescription, time_count + 6> fields = {{
    {"user", "clock ticks", counter, integer, 64},
    {"nice", "clock ticks", counter, integer, 64},
    {"system", "clock ticks", counter, integer, 64},
    {"idle", "clock ticks", counter, integer, 64},
    {"iowait", "clock ticks", counter, integer, 64},
    {"irq", "clock ticks", counter, integer, 64},
    {"softirq", "clock ticks", counter, integer, 64},
    {"steal", "clock ticks", counter, integer, 64},
    {"guest", "clock ticks", counter, integer, 64},
    {"guest_nice", "clock ticks", counter, integer, 64},
    {"interrupts", "count", counter, integer, 64},
    {"context_switches", "count", counter, integer, 64},
    {"forks", "count", counter, integer, 0},
    {"procs_running", "count", gauge, integer, 0},
    {"procs_blocked", "count", gauge, integer, 0},
    {"softirqs", "count", counter, integer, 64},
}};

struct Total {
  std::string_view key;
  std::size_t field;
};
constexpr std::array<Total, 6> totals = {{
    {"intr", time_count},
    {"ctxt", time_count + 1},
    {"processes", time_count + 2},
    {"procs_running", time_count + 3},
    {"procs_blocked", time_count + 4},
    {"softirq", time_count + 5},
}};

constexpr std::array<std::string_view, 2> times_that_fall = {"idle", "iowait"};

[[gnu::hot]] void write_times(std::string_view line, table::LineWriter& out) {
  const table::Statistics times = table::split_statistics(line);
  if (times.count < fewest_times) return out.malformed("has fewer than 4 times");
  table::write_statistics(times, time_count, out);
}

[[gnu::hot]] void parse_all_cpus(std::string_view line, table::LineWriter& out) {
  if (line.starts_with("cpu") && line.size() > 3 && !procfs::is_blank(line[3])) return;
  const std::string_view key = procfs::next_token(line);
  if (key == "cpu") return write_times(line, out);
  for (const Total& total : totals)
    if (key == total.key) return out.integer(total.field, procfs::next_token(line));
}

[[gnu::hot]] void parse_each_cpu(std::string_view line, table::LineWriter& out) {
  if (!line.starts_with("cpu") || line.size() < 4 || procfs::is_blank(line[3])) return;
  if (out.row(procfs::next_token(line))) write_times(line, out);
}

FieldDescription describe_field(std::string_view name, std::string_view /*suffix*/,
                                std::span<const FieldDescription> /*earlier*/) {
  return {std::string(name), "unknown", unknown, integer, 0};
}

}  // namespace

constinit const table::Source cpu = {
    .description = {.name = "cpu",
                    .path = "stat",
                    .kernel_document = kernel_document,
                    .summary = "times of all CPUs together, interrupts, context switches, forks",
                    .row_dimension = {},
                    .row_name_field = {}},
    .fields = fields,
    .parse_line = parse_all_cpus,
    .describe_field = describe_field,
    .counters_that_fall = times_that_fall,
};

constinit const table::Source percpu = {
    .description = {.name = "percpu",
                    .path = "stat",
                    .kernel_document = kernel_document,
                    .summary = "times of each CPU",
                    .row_dimension = "processor",
                    .row_name_field = "cpu_name"},
    .fields = std::span(fields).first(time_count),
    .parse_line = parse_each_cpu,
    .describe_field = describe_field,
    .counters_that_fall = times_that_fall,
    .rows_are_devices = false,
};

}  // namespace tscollect::sources
