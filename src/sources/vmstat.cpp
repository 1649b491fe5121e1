// /proc/vmstat: counters and gauges of the virtual memory system.
// https://www.kernel.org/doc/html/latest/filesystems/proc.html (vmstat), names in mm/vmstat.c
//
// nr_free_pages 1126490
// pgfault 11285118
//
// Keys appear and vanish with the kernel's version and configuration, so each is described by rule:
// nr_* are gauges in pages but for the totals listed below; everything else counts events since
// boot. Values of 2^64-1 and below zero have been seen and are kept by their bits.
#include "procfs/fields.hpp"
#include "sources/sources.hpp"
#include "sources/table.hpp"

#include <algorithm>
#include <string>

namespace tscollect::sources {

namespace {

struct Exception {
  std::string_view name;
  std::string_view unit;
  Kind kind;
};

// What the rule for nr_* or for the rest gets wrong. nr_kernel_stack and nr_shadow_call_stack are
// in KiB since they were introduced; pgpgin and pgpgout are in KiB (sectors halved).
constexpr std::array exceptions = {
    Exception{"nr_dirtied", "pages", Kind::counter},
    Exception{"nr_written", "pages", Kind::counter},
    Exception{"nr_throttled_written", "pages", Kind::counter},
    Exception{"nr_vmscan_write", "pages", Kind::counter},
    Exception{"nr_vmscan_immediate_reclaim", "pages", Kind::counter},
    Exception{"nr_foll_pin_acquired", "count", Kind::counter},
    Exception{"nr_foll_pin_released", "count", Kind::counter},
    Exception{"nr_kernel_stack", "KiB", Kind::gauge},
    Exception{"nr_shadow_call_stack", "KiB", Kind::gauge},
    Exception{"nr_dirty_background_threshold", "pages", Kind::gauge},
    Exception{"nr_tlb_remote_flush", "count", Kind::counter},
    Exception{"nr_tlb_remote_flush_received", "count", Kind::counter},
    Exception{"nr_tlb_local_flush_all", "count", Kind::counter},
    Exception{"nr_tlb_local_flush_one", "count", Kind::counter},
    Exception{"workingset_nodes", "count", Kind::gauge},
    Exception{"pgpgin", "KiB", Kind::counter},
    Exception{"pgpgout", "KiB", Kind::counter},
    Exception{"pswpin", "pages", Kind::counter},
    Exception{"pswpout", "pages", Kind::counter},
};

constexpr std::array page_counter_prefixes = {
    std::string_view{"pgalloc_"},        std::string_view{"pgfree"},
    std::string_view{"pgscan_"},         std::string_view{"pgsteal_"},
    std::string_view{"pgrefill"},        std::string_view{"pgactivate"},
    std::string_view{"pgdeactivate"},    std::string_view{"pgdemote_"},
    std::string_view{"pgpromote_"},      std::string_view{"pgmigrate_"},
    std::string_view{"pgrotated"},       std::string_view{"pglazyfree"},
    std::string_view{"pgskip_"},         std::string_view{"numa_hit"},
    std::string_view{"numa_miss"},       std::string_view{"numa_foreign"},
    std::string_view{"numa_interleave"}, std::string_view{"numa_local"},
    std::string_view{"numa_other"},      std::string_view{"numa_pages_migrated"},
    std::string_view{"workingset_"},
};

void parse_line(std::string_view line, LineWriter& out) {
  const std::string_view key = procfs::next_token(line);
  if (key.empty()) return;
  out.integer(key, procfs::next_token(line));
}

FieldDescription describe_field(std::string_view name, std::string_view /*suffix*/) {
  const auto described = [name](std::string_view unit, Kind kind) {
    return FieldDescription{std::string(name), std::string(unit), kind, ValueType::integer,
                            kind == Kind::gauge ? 0 : 64};
  };
  const auto found = std::ranges::find(exceptions, name, &Exception::name);
  if (found != exceptions.end()) return described(found->unit, found->kind);
  if (name.starts_with("nr_")) return described("pages", Kind::gauge);
  const bool in_pages = std::ranges::any_of(
      page_counter_prefixes, [name](std::string_view prefix) { return name.starts_with(prefix); });
  return described(in_pages ? "pages" : "count", Kind::counter);
}

}  // namespace

constinit const Source vmstat = {
    .description = {.name = "vmstat",
                    .path = "vmstat",
                    .kernel_document =
                        "https://www.kernel.org/doc/html/latest/filesystems/proc.html",
                    .summary = "counters and gauges of the virtual memory system",
                    .row_dimension = {},
                    .row_name_field = {}},
    .fields = {},
    .parse_line = parse_line,
    .describe_field = describe_field,
};

}  // namespace tscollect::sources
