// Quantities of NFS mounts, from /proc/self/mountstats (src/sources/nfs.cpp).
#include "analysis/quantities/entry.hpp"
#include "analysis/quantities/subjects.hpp"

#include <array>

namespace tscollect::analysis {

namespace {

constexpr std::string_view shared =
    "Mounts of one export share their counters: a sum over such mounts counts them several times";
constexpr std::string_view of_programs =
    "What programs asked for, from the page cache as well. Mapped files are not included. Mounts "
    "of "
    "one export share their counters";

constexpr auto table = std::to_array<Quantity>({
    rate_of("nfs.read.throughput", "bytes/s", "nfs", 1, "application_read_bytes direct_read_bytes",
            of_programs),
    rate_of("nfs.write.throughput", "bytes/s", "nfs", 1,
            "application_write_bytes direct_write_bytes", of_programs),
    rate_of("nfs.server_read.throughput", "bytes/s", "nfs", 1, "server_read_bytes", shared),
    rate_of("nfs.server_write.throughput", "bytes/s", "nfs", 1, "server_write_bytes", shared),
    rate_of("nfs.read.iops", "1/s", "nfs", 1, "READ_operations", shared),
    rate_of("nfs.write.iops", "1/s", "nfs", 1, "WRITE_operations", shared),
    ratio_of("nfs.read.response_time", "ms", "nfs", 1, "READ_response_ms", "READ_operations",
             "From sending a request to its answer: network and server together"),
    ratio_of("nfs.write.response_time", "ms", "nfs", 1, "WRITE_response_ms", "WRITE_operations",
             "From sending a request to its answer: network and server together"),
    ratio_of("nfs.read.execution_time", "ms", "nfs", 1, "READ_execution_ms", "READ_operations",
             "Includes the time in the client's queue"),
    ratio_of("nfs.write.execution_time", "ms", "nfs", 1, "WRITE_execution_ms", "WRITE_operations",
             "Includes the time in the client's queue"),
});

}  // namespace

std::span<const Quantity> nfs_quantities() { return table; }

}  // namespace tscollect::analysis
