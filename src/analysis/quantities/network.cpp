// Quantities of interfaces, from /proc/net/dev (src/sources/netdev.cpp).
#include "analysis/quantities/entry.hpp"
#include "analysis/quantities/subjects.hpp"

#include <array>

namespace tscollect::analysis {

namespace {

constexpr double mbps = 125'000;  // bytes a second
constexpr std::string_view dropped_causes =
    "Includes full rings, filters and unknown protocols, without telling which";
constexpr std::string_view own_namespace =
    "Of the network namespace in which it was collected. RDMA traffic is not included";

constexpr auto table = std::to_array<Quantity>({
    rate_of("net.rx.throughput", "bytes/s", "netdev", 1, "rx_bytes", own_namespace),
    rate_of("net.tx.throughput", "bytes/s", "netdev", 1, "tx_bytes", own_namespace),
    rate_of("net.rx.packets", "1/s", "netdev", 1, "rx_packets",
            "The network card may have merged packets"),
    rate_of("net.tx.packets", "1/s", "netdev", 1, "tx_packets",
            "The network card may split packets"),
    rate_of("net.rx.errors", "1/s", "netdev", 1, "rx_errors"),
    rate_of("net.tx.errors", "1/s", "netdev", 1, "tx_errors"),
    rate_of("net.rx.drops", "1/s", "netdev", 1, "rx_dropped", dropped_causes),
    rate_of("net.tx.drops", "1/s", "netdev", 1, "tx_dropped", dropped_causes),
    share_of("net.rx.link_share", "%", "netdev", percent / mbps, "rx_bytes", "@speed_mbps",
             "Only where the speed of the link is in the file"),
    share_of("net.tx.link_share", "%", "netdev", percent / mbps, "tx_bytes", "@speed_mbps",
             "Only where the speed of the link is in the file"),
});

}  // namespace

std::span<const Quantity> network_quantities() { return table; }

}  // namespace tscollect::analysis
