// Quantities of TCP and UDP, from /proc/net/snmp and netstat (src/sources/tcp.cpp).
#include "analysis/quantities/entry.hpp"
#include "analysis/quantities/subjects.hpp"

#include <array>

namespace tscollect::analysis {

namespace {

constexpr std::string_view own_namespace =
    "Of the network namespace in which it was collected, loopback included";

constexpr auto table = std::to_array<Quantity>({
    rate_of("tcp.segments_sent", "1/s", "tcp", 1, "TcpOutSegs", own_namespace),
    rate_of("tcp.segments_received", "1/s", "tcp", 1, "TcpInSegs", own_namespace),
    rate_of("tcp.retransmissions", "1/s", "tcp", 1, "TcpRetransSegs", own_namespace),
    ratio_of("tcp.retransmission_share", "%", "tcp", percent, "TcpRetransSegs", "TcpOutSegs",
             "Not to whom, and not whether a segment was lost or late"),
    rate_of("tcp.resets_sent", "1/s", "tcp", 1, "TcpOutRsts", own_namespace),
    rate_of("tcp.listen_overflows", "1/s", "tcp", 1, "TcpExtListenOverflows", own_namespace),
    rate_of("udp.errors", "1/s", "tcp", 1, "UdpInErrors", own_namespace),
});

}  // namespace

std::span<const Quantity> tcp_quantities() { return table; }

}  // namespace tscollect::analysis
