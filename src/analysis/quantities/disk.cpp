// Quantities of disks, from /proc/diskstats (src/sources/diskstats.cpp).
#include "analysis/quantities/entry.hpp"
#include "analysis/quantities/subjects.hpp"

#include <array>

namespace tscollect::analysis {

namespace {

constexpr double sector = 512;         // bytes, whatever the disk's own sector size
constexpr double percent_of_ms = 0.1;  // percent of a second per ms
constexpr std::string_view kernel_latency =
    "From the request's arrival at the block layer to its completion: includes the queue in the "
    "kernel, but not the time in the file system, the page cache and the application";
constexpr std::string_view merged =
    "Requests to the device, after the kernel has merged and split those of applications";
constexpr std::string_view device_bytes =
    "Only what reached the device: not what the page cache served; writes count when they are "
    "written back";

constexpr auto table = std::to_array<Quantity>({
    rate_of("disk.read.throughput", "bytes/s", "diskstats", sector, "sectors_read", device_bytes),
    rate_of("disk.write.throughput", "bytes/s", "diskstats", sector, "sectors_written",
            device_bytes),
    rate_of("disk.discard.throughput", "bytes/s", "diskstats", sector, "sectors_discarded",
            "Linux 4.18 and later"),
    rate_of("disk.read.iops", "1/s", "diskstats", 1, "reads_completed", merged),
    rate_of("disk.write.iops", "1/s", "diskstats", 1, "writes_completed", merged),
    rate_of("disk.discard.iops", "1/s", "diskstats", 1, "discards_completed",
            "Linux 4.18 and later"),
    rate_of("disk.flush.iops", "1/s", "diskstats", 1, "flush_requests_completed",
            "Linux 5.5 and later; of whole disks only"),
    ratio_of("disk.read.latency", "ms", "diskstats", 1, "time_reading_ms", "reads_completed",
             kernel_latency),
    ratio_of("disk.write.latency", "ms", "diskstats", 1, "time_writing_ms", "writes_completed",
             kernel_latency),
    ratio_of("disk.discard.latency", "ms", "diskstats", 1, "time_discarding_ms",
             "discards_completed", kernel_latency),
    ratio_of("disk.flush.latency", "ms", "diskstats", 1, "time_flushing_ms",
             "flush_requests_completed", kernel_latency),
    ratio_of("disk.read.size", "bytes", "diskstats", sector, "sectors_read", "reads_completed",
             merged),
    ratio_of("disk.write.size", "bytes", "diskstats", sector, "sectors_written", "writes_completed",
             merged),
    rate_of("disk.read.merges", "1/s", "diskstats", 1, "reads_merged"),
    rate_of("disk.write.merges", "1/s", "diskstats", 1, "writes_merged"),
    rate_of("disk.queue_depth", "requests", "diskstats", 1e-3, "weighted_time_doing_ios_ms",
            "Requests that the kernel holds back or has sent to the device, together"),
    level_of("disk.in_flight", "requests", "diskstats", 1, "ios_in_progress",
             "At the time of the sample only; the queue depth is the mean between samples"),
    mean_rate_of("disk.busy", "%", "diskstats", percent_of_ms, "time_doing_ios_ms",
                 "Inexact since Linux 5.0, and on devices that serve requests in parallel 100 % is "
                 "no limit: they may take several times as much",
                 200),
});

}  // namespace

std::span<const Quantity> disk_quantities() { return table; }

}  // namespace tscollect::analysis
