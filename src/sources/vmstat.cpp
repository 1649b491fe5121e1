// /proc/vmstat: counters and gauges of the virtual memory system.
// https://www.kernel.org/doc/html/latest/filesystems/proc.html (vmstat), names in mm/vmstat.c
//
// nr_free_pages 1126490
// pgfault 11285118
//
// Keys vary with the kernel's version and configuration, so rules describe them: nr_* are gauges in
// pages, everything else counts events since boot, and the lists below name the groups that count
// pages and the exceptions. Values of 2^64-1 and below zero have been seen and are kept as 64 bits.
#include "procfs/scan.hpp"
#include "table/line_writer.hpp"
#include "sources/sources.hpp"

#include <algorithm>
#include <string>

namespace tscollect::sources {

namespace {

struct Rule {
  std::string_view beginning;
  std::string_view unit;
  Kind kind;
};

// The first rule that matches the beginning of the name applies.
constexpr std::array rules = {
    // Running totals among the nr_*. A page counts once for each time it is pinned.
    Rule{"nr_dirtied", "pages", Kind::counter},
    Rule{"nr_written", "pages", Kind::counter},
    Rule{"nr_throttled_written", "pages", Kind::counter},
    Rule{"nr_vmscan_", "pages", Kind::counter},
    Rule{"nr_foll_pin_", "count", Kind::counter},
    Rule{"nr_tlb_", "count", Kind::counter},
    // Gauges that are not in pages. Newer kernels hold these five in pages, but print them divided
    // by the pages of a huge page.
    Rule{"nr_anon_transparent_hugepages", "huge pages", Kind::gauge},
    Rule{"nr_shmem_hugepages", "huge pages", Kind::gauge},
    Rule{"nr_shmem_pmdmapped", "huge pages", Kind::gauge},
    Rule{"nr_file_hugepages", "huge pages", Kind::gauge},
    Rule{"nr_file_pmdmapped", "huge pages", Kind::gauge},
    Rule{"nr_shadow_call_stack", "KiB", Kind::gauge},
    Rule{"nr_", "pages", Kind::gauge},
    // Counts tree nodes of shadow entries, not pages.
    Rule{"workingset_nodes", "count", Kind::gauge},
    Rule{"workingset_nodereclaim", "count", Kind::counter},
    Rule{"workingset_", "pages", Kind::counter},
    // Held in sectors, printed in KiB.
    Rule{"pgpgin", "KiB", Kind::counter},
    Rule{"pgpgout", "KiB", Kind::counter},
    Rule{"pgfault", "count", Kind::counter},
    Rule{"pgmajfault", "count", Kind::counter},
    Rule{"pgreuse", "count", Kind::counter},
    Rule{"pgscan_direct_throttle", "count", Kind::counter},
    Rule{"pg", "pages", Kind::counter},
    Rule{"pswp", "pages", Kind::counter},
    Rule{"numa_hit", "pages", Kind::counter},
    Rule{"numa_miss", "pages", Kind::counter},
    Rule{"numa_foreign", "pages", Kind::counter},
    Rule{"numa_interleave", "pages", Kind::counter},
    Rule{"numa_local", "pages", Kind::counter},
    Rule{"numa_other", "pages", Kind::counter},
    Rule{"numa_pte_updates", "pages", Kind::counter},
    Rule{"numa_huge_pte_updates", "huge pages", Kind::counter},
    Rule{"numa_pages_migrated", "pages", Kind::counter},
    Rule{"kswapd_inodesteal", "pages", Kind::counter},
    Rule{"kswapd_steal", "pages", Kind::counter},
    Rule{"compact_migrate_scanned", "pages", Kind::counter},
    Rule{"compact_free_scanned", "pages", Kind::counter},
    Rule{"compact_daemon_migrate_scanned", "pages", Kind::counter},
    Rule{"compact_daemon_free_scanned", "pages", Kind::counter},
    Rule{"compact_isolated", "pages", Kind::counter},
    Rule{"compact_pages_moved", "pages", Kind::counter},
    Rule{"unevictable_pgs_", "pages", Kind::counter},
    Rule{"balloon_", "pages", Kind::counter},
    Rule{"swap_ra", "pages", Kind::counter},
    Rule{"swpin_zero", "pages", Kind::counter},
    Rule{"swpout_zero", "pages", Kind::counter},
    Rule{"ksm_swpin_copy", "pages", Kind::counter},
    Rule{"cow_ksm", "pages", Kind::counter},
    Rule{"zswp", "pages", Kind::counter},
    Rule{"", "count", Kind::counter},
};

[[gnu::hot]] void parse_line(std::string_view line, table::LineWriter& out) {
  const std::string_view key = procfs::next_token(line);
  if (key.empty()) return;
  out.integer(key, procfs::next_token(line));
}

// Until Linux 4.8 nr_kernel_stack was the number of stacks; the same release added nr_zone_*.
std::string_view unit_of_kernel_stack(std::span<const FieldDescription> earlier) {
  const bool in_kib = std::ranges::any_of(
      earlier, [](const FieldDescription& field) { return field.name.starts_with("nr_zone_"); });
  return in_kib ? "KiB" : "count";
}

FieldDescription describe_field(std::string_view name, std::string_view /*suffix*/,
                                std::span<const FieldDescription> earlier) {
  const Rule& rule = *std::ranges::find_if(
      rules, [name](std::string_view beginning) { return name.starts_with(beginning); },
      &Rule::beginning);
  const auto unit = name == "nr_kernel_stack" ? unit_of_kernel_stack(earlier) : rule.unit;
  return {std::string(name), std::string(unit), rule.kind, ValueType::integer, 0};
}

}  // namespace

constinit const table::Source vmstat = {
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
