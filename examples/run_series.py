"""Reads a tscollect file into NumPy arrays: a row per host, a column per tick.

    run = Run(h5py.File("run.h5"))
    written = run.disk_rate("sectors_written")      # bytes/s, [n_hosts × n_ticks]
    run.names, run.times                            # its rows, its columns (UTC)

What was not sampled, or makes no rate, is NaN. Needs h5py and numpy. A starting point for your own
analysis: docs/file-format.md says what is in the file, docs/reading.md how to read it with less.
"""

import re

import h5py
import numpy as np

MISSING = np.iinfo(np.int64).min
SECTOR_BYTES = 512  # the kernel's sector in diskstats, whatever the disk's own is
MOST_COLUMNS = 4000  # of a table; a longer run is averaged over some ticks at a time
# Disks and interfaces that stand on others: with them every byte would be counted twice.
STACKED_DISK = re.compile(r"^(dm-|md|loop|ram|zram|sr|fd|drbd|bcache|zd)\d")
NVME_PATH = re.compile(r"^(nvme\d+)c\d+(n\d+)$")  # to the head nvme0n1, which counts the same bytes
VIRTUAL_INTERFACE = re.compile(
    r"^(lo$|veth|docker|br-|virbr|vmbr|br\d|ifb|dummy|cni|cali|flannel|vxlan|tun|tap|bond|team)|[:.]")


def text_of(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def numbers(values):
    """As floats, missing cells as NaN."""
    if values.dtype.kind == "f":
        return values
    return np.where(values == MISSING, np.nan, values.astype(float))


def growth_per_second(counters, taken):
    """Of counters [n_samples × n_devices], the sum over devices; the first sample has none.
    `taken`: seconds at which the samples were taken."""
    rate = np.full(len(taken), np.nan)
    if len(taken) < 2:
        return rate, 0
    seconds = np.diff(taken)
    growth = np.diff(counters, axis=0)
    began_again = growth < 0  # the device was made anew, or its counter wrapped
    growth[began_again] = np.nan
    known = ~np.all(np.isnan(growth), axis=1)
    # The last sample, taken at the stop, may come so soon that its rate is only noise; and a mean
    # over a long gap is no value of the tick that ends it.
    usual = np.median(seconds)
    known &= (seconds >= usual / 4) & (seconds <= usual * 2.5)
    rate[1:][known] = np.nansum(growth[known], axis=1) / seconds[known]
    return rate, int(np.count_nonzero(began_again))


class Host:
    """One group of the file; `clock_offset` is how far its clock is ahead of rank 0's, in ns."""

    def __init__(self, name, group, clock_offset=0):
        self.name = name
        self.group = group
        self.tick = group["tick"][:]
        # Since tick 0, on the monotonic clock: the wall clock may have been set during the run.
        lateness = group["lateness"][:] if "lateness" in group else 0
        self.seconds = self.tick * group.file.attrs["collection_interval_seconds"] + lateness / 1e9
        self.clock_offset = clock_offset
        self.counter_resets = 0

    def level(self, source, field, names):
        """A field of a source without devices: [n_samples], or None if it is not in the file."""
        fields = names(self.group, f"{source}_field")
        if field not in fields:
            return None
        return numbers(self.group[source][:, fields.index(field)])

    def rate(self, source, devices, field, names):
        """Growth a second of a counter, summed over the devices (their rows)."""
        fields = names(self.group, f"{source}_field")
        if field not in fields or not devices:
            return None
        counters = numbers(self.group[source][:, :, fields.index(field)])[:, devices]
        rate, resets = growth_per_second(counters, self.seconds)
        self.counter_resets += resets
        return rate

    def whole_disks(self, names):
        disks = names(self.group, "disk")
        partition = self.group["disk_is_partition"][:] if disks else []
        return [i for i, name in enumerate(disks)
                if partition[i] != 1 and not STACKED_DISK.match(name)
                and not self.is_path_of_a_head(name, names)]

    def is_path_of_a_head(self, name, names):
        """Older kernels count nothing at the head: then the paths are what counts."""
        path = NVME_PATH.match(name)
        if not path or path[1] + path[2] not in names(self.group, "disk"):
            return False
        head = names(self.group, "disk").index(path[1] + path[2])
        counters = self.group["diskstats"][:, head, :]
        return bool(np.any(counters[-1] != counters[0]))

    def interfaces(self, names):
        return [i for i, name in enumerate(names(self.group, "interface"))
                if not VIRTUAL_INTERFACE.search(name)]


class Run:
    """The hosts that have samples, put on common ticks."""

    def __init__(self, file):
        self.file = file
        self._names = {}
        offsets = self._clock_offsets()
        hosts = []
        for key, group in file["hosts"].items():
            name = text_of(group.attrs.get("hostname", key))
            hosts.append(Host(name, group, offsets.get(name, 0)))
        self.hosts = sorted((host for host in hosts if len(host.tick) > 0),
                            key=lambda host: [int(word) if word.isdigit() else word
                                              for word in re.split(r"(\d+)", host.name)])
        if not self.hosts:
            raise ValueError("it holds no samples")
        self.names = [host.name for host in self.hosts]
        self.first_tick = min(int(host.tick[0]) for host in self.hosts)
        ticks = max(int(host.tick[-1]) for host in self.hosts) - self.first_tick + 1
        self.ticks_per_column = -(-ticks // MOST_COLUMNS)
        self.columns = -(-ticks // self.ticks_per_column)
        self.times = self._common_times()
        self.sampled = ~np.isnan(self.table(lambda host: np.ones(len(host.tick))))

    def names_in(self, group, dataset):
        """Names are shared by hosts of one layout: each list is read once."""
        if dataset not in group:
            return []
        where = h5py.h5o.get_info(group[dataset].id).addr
        if where not in self._names:
            self._names[where] = list(group[dataset].asstr()[:])
        return self._names[where]

    def table(self, of):
        """`of(host)` of every host, [n_hosts × n_ticks]; None if no host has it."""
        table = np.full((len(self.hosts), self.columns), np.nan)
        found = False
        for row, host in enumerate(self.hosts):
            values = of(host)
            if values is None:
                continue
            found = True
            known = ~np.isnan(values)
            column = self._column(host.tick[known])
            count = np.bincount(column, minlength=self.columns)
            total = np.bincount(column, values[known], minlength=self.columns)
            table[row, count > 0] = total[count > 0] / count[count > 0]
        return table if found else None

    def disk_rate(self, field):
        """Bytes/s of "sectors_read" or "sectors_written", over whole disks."""
        sectors = self.table(lambda host: host.rate("diskstats", host.whole_disks(self.names_in),
                                                    field, self.names_in))
        return None if sectors is None else sectors * SECTOR_BYTES

    def network_rate(self, field):
        """Bytes/s of "rx_bytes" or "tx_bytes", over interfaces other than the loopback."""
        return self.table(lambda host: host.rate("netdev", host.interfaces(self.names_in), field,
                                                 self.names_in))

    def level(self, source, field):
        return self.table(lambda host: host.level(source, field, self.names_in))

    def missed_ticks(self):
        """By host: ticks that it skipped between its first and its last."""
        return [int(host.tick[-1] - host.tick[0]) + 1 - len(host.tick) for host in self.hosts]

    def absent_hosts(self):
        """Names of those that were asked for and gave nothing, by the host table."""
        table = self.file.get("host_table")
        if table is None or "state" not in table:
            return []
        return [name for name, state in zip(table["host"].asstr()[:], table["state"].asstr()[:])
                if state == "missing"]

    def _column(self, tick):
        return (tick - self.first_tick) // self.ticks_per_column

    def _clock_offsets(self):
        """By host, the mean of what was measured at start and at stop, in ns; 0 if nothing was."""
        table = self.file.get("host_table")
        if table is None or "clock_offset_start" not in table:
            return {}
        measured = numbers(np.array([table[f"clock_offset_{when}"][:] for when in ("start", "stop")]))
        count = np.count_nonzero(~np.isnan(measured), axis=0)
        offsets = np.nansum(measured, axis=0) / np.maximum(count, 1)
        return dict(zip(table["host"].asstr()[:], offsets.astype(np.int64)))

    def _common_times(self):
        """When each column was, on rank 0's clock at the start: tick 0 is one moment for all."""
        host = min(self.hosts, key=lambda host: abs(host.clock_offset))
        tick_zero = int(host.group["time"][0]) - host.clock_offset - round(host.seconds[0] * 1e9)
        interval = self.file.attrs["collection_interval_seconds"]
        # The middle of a column of several ticks.
        ticks = self.first_tick + (np.arange(self.columns) + 0.5) * self.ticks_per_column - 0.5
        return (tick_zero + np.rint(ticks * interval * 1e9).astype(np.int64)).astype("datetime64[ns]")
