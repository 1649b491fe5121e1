"""An independent, deliberately plain reading of /proc text, to hold the collector against."""

DISK = ("reads_completed reads_merged sectors_read time_reading_ms writes_completed writes_merged "
        "sectors_written time_writing_ms ios_in_progress time_doing_ios_ms weighted_time_doing_ios_ms "
        "discards_completed discards_merged sectors_discarded time_discarding_ms "
        "flush_requests_completed time_flushing_ms").split()
NET = ("rx_bytes rx_packets rx_errors rx_dropped rx_fifo rx_frame rx_compressed rx_multicast tx_bytes "
       "tx_packets tx_errors tx_dropped tx_fifo tx_collisions tx_carrier tx_compressed").split()
OLD_PARTITION = ("reads_completed", "sectors_read", "writes_completed", "sectors_written")


def read_tree(proc):
    """Source name to {field: value}, or {device: {field: value}}."""
    load = (proc / "loadavg").read_text().split()
    running, total = load[3].split("/")
    disks = {}
    for line in (proc / "diskstats").read_text().splitlines():
        words = line.split()
        names = OLD_PARTITION if len(words) == 7 else DISK
        disks[words[2]] = dict(zip(names, map(int, words[3:])))
    interfaces = {}
    for line in (proc / "net" / "dev").read_text().splitlines()[2:]:
        name, numbers = line.rsplit(":", 1)
        if numbers.startswith(" No statistics"):  # Linux 2.6, of some drivers
            continue
        interfaces[name.strip()] = dict(zip(NET, map(int, numbers.split())))
    return {
        "vmstat": {k: int(v) for k, v in
                   (line.split() for line in (proc / "vmstat").read_text().splitlines())},
        "meminfo": {line.split(":")[0]: int(line.split(":")[1].split()[0])
                    for line in (proc / "meminfo").read_text().splitlines()},
        "loadavg": dict(zip(("load_1min", "load_5min", "load_15min", "running_processes",
                             "total_processes"), (*map(float, load[:3]), int(running), int(total)))),
        "diskstats": disks,
        "netdev": interfaces,
    }
