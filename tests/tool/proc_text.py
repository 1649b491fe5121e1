"""Reads the five files of a fixture in Python, independently of the C++ parsers."""

DISK_FIELDS = """reads_completed reads_merged sectors_read time_reading_ms writes_completed
writes_merged sectors_written time_writing_ms ios_in_progress time_doing_ios_ms
weighted_time_doing_ios_ms discards_completed discards_merged sectors_discarded time_discarding_ms
flush_requests_completed time_flushing_ms""".split()
OLD_PARTITION_FIELDS = "reads_completed sectors_read writes_completed sectors_written".split()
INTERFACE_FIELDS = """rx_bytes rx_packets rx_errors rx_dropped rx_fifo rx_frame rx_compressed
rx_multicast tx_bytes tx_packets tx_errors tx_dropped tx_fifo tx_collisions tx_carrier
tx_compressed""".split()


def diskstats(text):
    rows = []
    for line in text.splitlines():
        _, _, name, *values = line.split()
        names = OLD_PARTITION_FIELDS if len(values) == 4 else DISK_FIELDS
        rows.append({"device_name": name, **dict(zip(names, map(int, values)))})
    return rows


def netdev(text):
    rows = []
    for line in text.splitlines()[2:]:
        name, values = line.rsplit(":", 1)
        rows.append({"interface_name": name.strip(), **dict(zip(INTERFACE_FIELDS, map(int, values.split())))})
    return rows


def vmstat(text):
    return {key: int(value) for key, value in (line.split() for line in text.splitlines())}


def meminfo(text):
    pairs = (line.split(":", 1) for line in text.splitlines())
    return {key: int(value.split()[0]) for key, value in pairs}


def loadavg(text):
    one, five, fifteen, entities, _ = text.split()
    running, total = entities.split("/")
    return {
        "load_1min": float(one),
        "load_5min": float(five),
        "load_15min": float(fifteen),
        "running_processes": int(running),
        "total_processes": int(total),
    }


def sample(procfs):
    """All five, as a sample has them."""
    read = lambda name: (procfs / name).read_text(encoding="utf-8")
    return {
        "diskstats": diskstats(read("diskstats")),
        "vmstat": vmstat(read("vmstat")),
        "loadavg": loadavg(read("loadavg")),
        "meminfo": meminfo(read("meminfo")),
        "netdev": netdev(read("net/dev")),
    }
