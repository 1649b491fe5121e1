"""Writes run files with h5py, as a cluster under a parallel benchmark would fill them.

Phases of writing, exchanging and reading; hosts differ by some percent, a few lag behind; clocks are
apart; one host is missing, one skips ticks, one has its disk made anew, one loses a source for a while.
"""

import h5py
import numpy as np

MISSING = np.iinfo(np.int64).min
SECOND = 1_000_000_000
START = 1_780_000_000 * SECOND
GIB_IN_KIB = 2**20


def write_names(group, name, words):
    group.create_dataset(name, data=words, dtype=h5py.string_dtype())


def phases(samples):
    """Three activities over the run, each 0 or 1: [samples]. Two rounds, with pauses between."""
    turn = np.linspace(0, 2, samples, endpoint=False) % 1
    return ((turn > 0.06) & (turn < 0.42), (turn > 0.46) & (turn < 0.6),
            (turn > 0.64) & (turn < 0.95))


def host_series(samples, interval, random, pace):
    """Counters and levels of one host; `pace` 1 is what the benchmark would have it do."""
    writing, exchanging, reading = phases(samples)
    breath = 1 + 0.2 * np.sin(np.arange(samples) / 7 + random.random() * 6)
    noise = lambda part: np.clip(random.normal(1, part, samples), 0, None)
    amount = pace * interval / SECOND
    written = 1.6e9 * writing * breath * noise(0.12) * amount + 2e4 * (random.random(samples) < 0.2)
    read = 2.4e9 * reading * breath * noise(0.1) * amount
    sent = (5e9 * exchanging + 0.05e9 * writing) * noise(0.15) * amount + 4e3
    received = (5e9 * exchanging + 0.08e9 * reading) * noise(0.15) * amount + 5e3
    dirty = np.convolve(written, np.ones(20) / 20)[:samples] / 2**30
    busy = 48 * writing + 64 * exchanging + 30 * reading
    load = np.zeros(samples)
    for i in range(1, samples):
        decay = np.exp(-interval / SECOND / 60)
        load[i] = load[i - 1] * decay + busy[i] * random.normal(1, 0.05) * (1 - decay)
    return read, written, received, sent, 230 - 40 * (writing | reading) - 8 * dirty, load


def write_host(file, name, samples, interval, random, pace=1.0, clock_offset=0):
    group = file.require_group("hosts").create_group(name)
    read, written, received, sent, available, load = host_series(samples, interval, random, pace)
    ticks = np.arange(samples)
    group.attrs["hostname"] = np.bytes_(name)
    group["tick"] = ticks
    group["lateness"] = random.integers(50_000, 90_000, samples)
    group["time"] = START + clock_offset + ticks * interval + group["lateness"][:]
    write_names(group, "disk", ["nvme0n1", "nvme0n1p1", "dm-0"])
    group["disk_is_partition"] = np.array([0, 1, 0])
    write_names(group, "diskstats_field", ["sectors_read", "sectors_written"])
    sectors = np.cumsum(np.stack([read, written], axis=1) / 512, axis=0).astype(np.int64) + 10**9
    group["diskstats"] = np.repeat(sectors[:, None, :], 3, axis=1)
    write_names(group, "interface", ["lo", "hsn0"])
    write_names(group, "netdev_field", ["rx_bytes", "tx_bytes"])
    wire = np.cumsum(np.stack([received, sent], axis=1), axis=0).astype(np.int64)
    group["netdev"] = np.stack([wire // 3, wire], axis=1)
    write_names(group, "meminfo_field", ["MemTotal", "MemAvailable"])
    group["meminfo"] = (np.stack([np.full(samples, 256.0), available], axis=1)
                        * GIB_IN_KIB).astype(np.int64)
    write_names(group, "loadavg_field", ["load_1min"])
    group["loadavg"] = load[:, None].round(2)
    return group


def skip_ticks(group, begin, end):
    """As if the host had been held up: rows begin:end go."""
    rows = group["tick"].shape[0]
    for name in ("tick", "time", "lateness", "diskstats", "netdev", "meminfo", "loadavg"):
        assert group[name].shape[0] == rows
        kept = np.delete(group[name][:], np.s_[begin:end], axis=0)
        del group[name]
        group[name] = kept


def write_host_table(file, names, states, offsets):
    table = file.create_group("host_table")
    write_names(table, "host", names)
    write_names(table, "state", states)
    for when in ("start", "stop"):
        table[f"clock_offset_{when}"] = np.asarray(offsets)


def write_run(path, hosts, samples=600, seed=1):
    """Returns the names of the hosts that lag behind."""
    random = np.random.default_rng(seed)
    width = max(2, len(str(hosts)))
    names = [f"node{i:0{width}}" for i in range(1, hosts + 1)]
    slow = {names[i] for i in ([1] if hosts < 10 else [hosts // 3, hosts * 3 // 4])}
    absent = names[-1] if hosts > 8 else None
    offsets = random.integers(-400_000, 400_000, hosts)
    offsets[0] = 0
    with h5py.File(path, "w") as file:
        for name, offset in zip(names, offsets):
            if name == absent:
                continue
            pace = 0.45 if name in slow else np.clip(random.normal(1, 0.04), 0.9, 1.1)
            write_host(file, name, samples, SECOND, random, pace, offset)
        skip_ticks(file["hosts"][names[2]], samples // 4, samples // 4 + samples // 12)
        anew = file["hosts"][names[hosts // 2]]["diskstats"]
        rows = samples * 4 // 5
        anew[rows:] = anew[rows:] - anew[rows:rows + 1]
        file["hosts"][names[0]]["meminfo"][samples // 2:samples // 2 + samples // 20] = MISSING
        states = ["missing" if name == absent else "complete" for name in names]
        write_host_table(file, names, states, np.where(np.array(states) == "missing", MISSING, offsets))
        file.attrs["completeness"] = np.bytes_("incomplete" if absent else "complete")
        file.attrs["collection_interval_seconds"] = 1.0
    return slow


if __name__ == "__main__":
    import sys

    print("lag behind:", *write_run(sys.argv[1], int(sys.argv[2])))
