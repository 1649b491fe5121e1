// Quantities of RDMA ports, from /sys/class/infiniband (src/sources/rdma.cpp).
#include "analysis/quantities/entry.hpp"
#include "analysis/quantities/subjects.hpp"

#include <array>

namespace tscollect::analysis {

namespace {

constexpr double rdma_word = 4;   // bytes, of port_rcv_data and port_xmit_data
constexpr double mbps = 125'000;  // bytes a second

constexpr auto table = std::to_array<Quantity>({
    rate_of(
        "rdma.rx.throughput", "bytes/s", "rdma", rdma_word, "port_rcv_data",
        "All traffic of the port, of all programs; RoCE ports may count their Ethernet traffic"),
    rate_of(
        "rdma.tx.throughput", "bytes/s", "rdma", rdma_word, "port_xmit_data",
        "All traffic of the port, of all programs; RoCE ports may count their Ethernet traffic"),
    rate_of("rdma.rx.packets", "1/s", "rdma", 1, "port_rcv_packets"),
    rate_of("rdma.tx.packets", "1/s", "rdma", 1, "port_xmit_packets"),
    rate_of("rdma.rx.errors", "1/s", "rdma", 1, "port_rcv_errors",
            "Stops counting at its largest value, which may be as small as 65535"),
    rate_of("rdma.tx.discards", "1/s", "rdma", 1, "port_xmit_discards",
            "Stops counting at its largest value, which may be as small as 65535"),
    share_of("rdma.rx.link_share", "%", "rdma", percent* rdma_word / mbps, "port_rcv_data",
             "rate_mbps", "The signalling rate: headers and encoding reduce the usable rate"),
    share_of("rdma.tx.link_share", "%", "rdma", percent* rdma_word / mbps, "port_xmit_data",
             "rate_mbps", "The signalling rate: headers and encoding reduce the usable rate"),
});

}  // namespace

std::span<const Quantity> rdma_quantities() { return table; }

}  // namespace tscollect::analysis
