// Quantities of Lustre's clients (src/sources/lustre.cpp). The same bytes are counted twice: by the
// mounted file system (llite) when programs ask for them, and by the connections to the servers
// (osc, and mdc for files whose data is on metadata servers) when they are transferred. So each
// quantity takes the rows of one side only. Lustre shows a counter when it is no longer 0.
#include "analysis/quantities/entry.hpp"
#include "analysis/quantities/subjects.hpp"

#include <array>

namespace tscollect::analysis {

namespace {

constexpr double ms_per_us = 1e-3;
constexpr std::string_view mounts = "llite/";
constexpr std::string_view connections = "osc/ mdc/";
constexpr std::string_view metadata_connections = "mdc/";
constexpr std::string_view of_programs =
    "What programs asked for, from the page cache as well. Mapped files are not included";
constexpr std::string_view transferred =
    "What was transferred between this client and the servers, read ahead and written back "
    "included; not which file";
constexpr std::string_view of_requests =
    "From sending a request to its answer: network and server together";
constexpr std::string_view of_calls =
    "Only where Lustre measures the time of calls; what the page cache served is included";

constexpr Quantity of(std::string_view rows, Quantity quantity) {
  return begins_absent(of_rows(rows, quantity));
}

constexpr auto table = std::to_array<Quantity>({
    of(mounts,
       rate_of("lustre.read.throughput", "bytes/s", "lustre", 1, "read_bytes_sum", of_programs)),
    of(mounts,
       rate_of("lustre.write.throughput", "bytes/s", "lustre", 1, "write_bytes_sum", of_programs)),
    of(connections, rate_of("lustre.server_read.throughput", "bytes/s", "lustre", 1,
                            "read_bytes_sum", transferred)),
    of(connections, rate_of("lustre.server_write.throughput", "bytes/s", "lustre", 1,
                            "write_bytes_sum", transferred)),
    of(mounts, rate_of("lustre.read.iops", "1/s", "lustre", 1, "read_bytes_samples",
                       "Calls of programs, not requests to servers")),
    of(mounts, rate_of("lustre.write.iops", "1/s", "lustre", 1, "write_bytes_samples",
                       "Calls of programs, not requests to servers")),
    of(connections,
       rate_of("lustre.server_read.iops", "1/s", "lustre", 1, "read_bytes_samples", transferred)),
    of(connections,
       rate_of("lustre.server_write.iops", "1/s", "lustre", 1, "write_bytes_samples", transferred)),
    of(mounts, ratio_of("lustre.read.latency", "ms", "lustre", ms_per_us, "read_us", "read_samples",
                        of_calls)),
    of(mounts, ratio_of("lustre.write.latency", "ms", "lustre", ms_per_us, "write_us",
                        "write_samples", of_calls)),
    of(connections, ratio_of("lustre.read.response_time", "ms", "lustre", ms_per_us, "ost_read_us",
                             "ost_read_samples", of_requests)),
    of(connections, ratio_of("lustre.write.response_time", "ms", "lustre", ms_per_us,
                             "ost_write_us", "ost_write_samples", of_requests)),
    of(mounts, rate_of("lustre.metadata.iops", "1/s", "lustre", 1,
                       "open_samples? close_samples? create_samples? mknod_samples? link_samples? "
                       "unlink_samples? symlink_samples? mkdir_samples? rmdir_samples? "
                       "rename_samples? getattr_samples? setattr_samples? truncate_samples? "
                       "readdir_samples? statfs_samples?",
                       "Operations of programs; the client answers some of them by itself")),
    of(metadata_connections,
       rate_of("lustre.metadata.requests", "1/s", "lustre", 1, "req_waittime_samples",
               "Requests to metadata servers, those for locks and pings included")),
    of(metadata_connections, ratio_of("lustre.metadata.response_time", "ms", "lustre", ms_per_us,
                                      "req_waittime_us", "req_waittime_samples", of_requests)),
});

}  // namespace

std::span<const Quantity> lustre_quantities() { return table; }

}  // namespace tscollect::analysis
