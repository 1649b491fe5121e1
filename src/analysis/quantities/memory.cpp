// Quantities of memory, from /proc/meminfo and /proc/vmstat (src/sources/meminfo.cpp, vmstat.cpp).
#include "analysis/quantities/entry.hpp"
#include "analysis/quantities/subjects.hpp"

#include <array>

namespace tscollect::analysis {

namespace {

constexpr double kib = 1024;  // bytes

constexpr auto table = std::to_array<Quantity>({
    level_of("memory.available", "bytes", "meminfo", kib, "MemAvailable",
             "The kernel's estimate (Linux 3.14) of what programs could take without swapping"),
    level_of("memory.free", "bytes", "meminfo", kib, "MemFree",
             "Memory that is not used at all; the page cache is not included"),
    level_of("memory.cached", "bytes", "meminfo", kib, "Cached",
             "Includes shared memory and tmpfs, which cannot be dropped"),
    level_of("memory.dirty", "bytes", "meminfo", kib, "Dirty",
             "Does not tell which files; includes those of network file systems"),
    level_of("memory.writeback", "bytes", "meminfo", kib, "Writeback", "At the sample only"),
    rate_of("memory.major_faults", "1/s", "vmstat", 1, "pgmajfault",
            "Includes swapped pages and pages of mapped files"),
    rate_of("memory.swap_in", "pages/s", "vmstat", 1, "pswpin",
            "In pages, whose size is not in the file; usually 4 KiB"),
    rate_of("memory.swap_out", "pages/s", "vmstat", 1, "pswpout",
            "In pages, whose size is not in the file; usually 4 KiB"),
    rate_of("memory.reclaim", "pages/s", "vmstat", 1, "pgsteal_kswapd pgsteal_direct",
            "Pages reclaimed, by the kernel's thread or by tasks that allocate memory; Linux 4.8 "
            "and later"),
});

}  // namespace

std::span<const Quantity> memory_quantities() { return table; }

}  // namespace tscollect::analysis
