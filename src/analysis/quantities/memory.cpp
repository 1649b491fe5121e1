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
             "Memory that is used for nothing at all; the page cache is not in it"),
    level_of("memory.cached", "bytes", "meminfo", kib, "Cached",
             "Shared memory and tmpfs are in it, which cannot be dropped"),
    level_of("memory.dirty", "bytes", "meminfo", kib, "Dirty",
             "Not which files; those of network file systems are in it"),
    level_of("memory.writeback", "bytes", "meminfo", kib, "Writeback", "At the sample only"),
    rate_of("memory.major_faults", "1/s", "vmstat", 1, "pgmajfault",
            "Swap and files that are mapped alike"),
    rate_of("memory.swap_in", "pages/s", "vmstat", 1, "pswpin",
            "Pages: their size is not in the file, mostly 4 KiB"),
    rate_of("memory.swap_out", "pages/s", "vmstat", 1, "pswpout",
            "Pages: their size is not in the file, mostly 4 KiB"),
    rate_of("memory.reclaim", "pages/s", "vmstat", 1, "pgsteal_kswapd pgsteal_direct",
            "Pages taken back, by the kernel's thread or by whoever asked for memory; Linux 4.8 "
            "and later"),
});

}  // namespace

std::span<const Quantity> memory_quantities() { return table; }

}  // namespace tscollect::analysis
