"""tscollect rates: every quantity beside an independent computation, sums, selections, formats."""

import csv
import io
import json
import os
import pathlib
import re
import shutil
import tempfile
import unittest

import h5py
import numpy as np

from run_texts import write_texts
from tscollect_program import COMPLETE, INCOMPLETE, USAGE, make_file, peak_mib, roots, tscollect

MISSING = np.iinfo(np.int64).min
SAMPLES = 40
INTERVAL = 1.0  # of the files that make_file writes
DEVICES = {"diskstats": "disk", "netdev": "interface", "percpu": "processor", "rdma": "port",
           "nfs": "mount", "lustre": "lustre_instance", "numa": "numa_node", "power": "power_zone",
           "gpu": "gpu_device"}
# Rows whose bytes are not those of others: programs ask mounts, clients ask servers.
ROWS = {"lustre.server": ("osc/", "mdc/"), "lustre.read.response": ("osc/", "mdc/"),
        "lustre.write.response": ("osc/", "mdc/"), "lustre.metadata.re": ("mdc/",), "lustre.": ("llite/",)}
ENERGY_RANGE = 10**6
FALLING = ("idle", "iowait")

CPU_TIMES = "user nice system idle iowait irq softirq steal"


class Growth:
    """Differences of a host's counters, NaN where unknown, by numpy alone."""

    def __init__(self, group, source, device=None):
        self.group, self.source = group, source
        self.fields = list(group[f"{source}_field"].asstr()[:])
        self.array = group[source][:]
        if device is not None:
            row = list(group[DEVICES[source]].asstr()[:]).index(device)
            self.array = self.array[:, row]
        if source == "lustre":
            self.begin_at_zero()
        widths = group[f"{source}_field"].attrs["width_bits"]
        self.widths = dict(zip(self.fields, np.broadcast_to(widths, len(self.fields))))

    def begin_at_zero(self):
        """Lustre shows what is not 0."""
        is_there = (self.array != MISSING).any(axis=1)
        for column in self.array.T:
            known = np.flatnonzero(column != MISSING)
            begun = np.arange(SAMPLES) >= (known[0] if len(known) else SAMPLES)
            column[is_there & ~begun] = 0

    def level(self, field):
        cells = self.array[:, self.fields.index(field)]
        return np.where(cells == MISSING, np.nan, cells.astype(float))[1:]

    def grown(self, *fields):
        total = 0
        for field in fields:
            cells = [int(cell) for cell in self.array[:, self.fields.index(field)]]
            total = total + np.array([self.step(field, *pair) for pair in zip(cells, cells[1:])])
        return total

    def step(self, field, before, now):
        if MISSING in (before, now):
            return np.nan
        if now >= before:
            return now - before
        if field == "energy_uj" and before - now > ENERGY_RANGE / 2:
            return now + ENERGY_RANGE - before
        if self.widths[field] == 32 and before >= 2**31 > now:
            return now + 2**32 - before
        return 0 if field in FALLING and self.source in ("cpu", "percpu") else np.nan


def per_second(*fields, scale=1.0):
    return lambda of, seconds: scale * of.grown(*fields) / seconds


def ratio(numerator, denominator, scale=1.0):
    def value(of, _seconds):
        over = of.grown(*denominator.split()).astype(float)
        return scale * of.grown(*numerator.split()) / np.where(over == 0, np.nan, over)
    return value


def level(field, scale=1.0):
    return lambda of, _seconds: scale * of.level(field)


def busy_disk(of, seconds):
    value = of.grown("time_doing_ios_ms") / 10 / seconds
    return np.where(value > 200, np.nan, value)


def link_share(field, bytes_per_count):
    return lambda of, seconds: 100 * bytes_per_count * of.grown(field) / seconds / (
        of.level("rate_mbps") * 1e6 / 8)


def cpu(source):
    times = {"busy": "user nice system irq softirq steal", "user": "user nice", "system": "system",
             "iowait": "iowait", "irq": "irq softirq", "steal": "steal", "idle": "idle"}
    return {f"{source}.{name}": (source, ratio(fields, CPU_TIMES, 100)) for name, fields in times.items()}


def disk(name, value):
    return {f"disk.{name}": ("diskstats", value)}


INDEPENDENT = {
    **disk("read.throughput", per_second("sectors_read", scale=512)),
    **disk("write.throughput", per_second("sectors_written", scale=512)),
    **disk("discard.throughput", per_second("sectors_discarded", scale=512)),
    **disk("read.iops", per_second("reads_completed")),
    **disk("write.iops", per_second("writes_completed")),
    **disk("discard.iops", per_second("discards_completed")),
    **disk("flush.iops", per_second("flush_requests_completed")),
    **disk("read.latency", ratio("time_reading_ms", "reads_completed")),
    **disk("write.latency", ratio("time_writing_ms", "writes_completed")),
    **disk("discard.latency", ratio("time_discarding_ms", "discards_completed")),
    **disk("flush.latency", ratio("time_flushing_ms", "flush_requests_completed")),
    **disk("read.size", ratio("sectors_read", "reads_completed", 512)),
    **disk("write.size", ratio("sectors_written", "writes_completed", 512)),
    **disk("read.merges", per_second("reads_merged")),
    **disk("write.merges", per_second("writes_merged")),
    **disk("queue_depth", per_second("weighted_time_doing_ios_ms", scale=1e-3)),
    **disk("in_flight", level("ios_in_progress")),
    **disk("busy", busy_disk),
    **{f"net.{way}.{name}": ("netdev", per_second(f"{way}_{field}"))
       for way in ("rx", "tx") for name, field in
       (("throughput", "bytes"), ("packets", "packets"), ("errors", "errors"), ("drops", "dropped"))},
    **{f"net.{way}.link_share": ("netdev", lambda of, seconds, way=way: 100 * of.grown(f"{way}_bytes")
                                 / seconds / (of.speed * 1e6 / 8)) for way in ("rx", "tx")},
    **cpu("cpu"),
    **cpu("percpu"),
    "cpu.runnable": ("cpu", level("procs_running")),
    "cpu.blocked": ("cpu", level("procs_blocked")),
    **{f"cpu.{name}": ("cpu", per_second(name)) for name in ("context_switches", "interrupts", "forks")},
    "load.1min": ("loadavg", level("load_1min")),
    **{f"memory.{name}": ("meminfo", level(field, 1024)) for name, field in
       (("available", "MemAvailable"), ("free", "MemFree"), ("cached", "Cached"), ("dirty", "Dirty"),
        ("writeback", "Writeback"))},
    "memory.major_faults": ("vmstat", per_second("pgmajfault")),
    "memory.swap_in": ("vmstat", per_second("pswpin")),
    "memory.swap_out": ("vmstat", per_second("pswpout")),
    "memory.reclaim": ("vmstat", per_second("pgsteal_kswapd", "pgsteal_direct")),
    **{f"pressure.{of}.{who}": ("pressure", per_second(f"{of}_{who}_total", scale=1e-4))
       for of, who in (("cpu", "some"), ("cpu", "full"), ("memory", "some"), ("memory", "full"),
                       ("io", "some"), ("io", "full"), ("irq", "full"))},
    **{f"nfs.{way}.throughput": ("nfs", per_second(f"application_{way}_bytes", f"direct_{way}_bytes"))
       for way in ("read", "write")},
    **{f"nfs.server_{way}.throughput": ("nfs", per_second(f"server_{way}_bytes")) for way in ("read", "write")},
    **{f"nfs.{way}.iops": ("nfs", per_second(f"{way.upper()}_operations")) for way in ("read", "write")},
    **{f"nfs.{way}.{name}_time": ("nfs", ratio(f"{way.upper()}_{name}_ms", f"{way.upper()}_operations"))
       for way in ("read", "write") for name in ("response", "execution")},
    **{f"lustre.{side}{way}.{name}": ("lustre", per_second(f"{way}_bytes_{field}"))
       for side in ("", "server_") for way in ("read", "write")
       for name, field in (("throughput", "sum"), ("iops", "samples"))},
    **{f"lustre.{way}.latency": ("lustre", ratio(f"{way}_us", f"{way}_samples", 1e-3)) for way in ("read", "write")},
    **{f"lustre.{way}.response_time": ("lustre", ratio(f"ost_{way}_us", f"ost_{way}_samples", 1e-3))
       for way in ("read", "write")},
    "lustre.metadata.iops": ("lustre", per_second("open_samples", "close_samples", "getattr_samples")),
    "lustre.metadata.requests": ("lustre", per_second("req_waittime_samples")),
    "lustre.metadata.response_time": ("lustre", ratio("req_waittime_us", "req_waittime_samples", 1e-3)),
    "numa.free": ("numa", level("MemFree", 1024)),
    "numa.misses": ("numa", per_second("numa_miss")),
    "numa.miss_share": ("numa", ratio("numa_miss", "numa_hit numa_miss", 100)),
    "numa.remote": ("numa", per_second("other_node")),
    "power.zones": ("power", per_second("energy_uj", scale=1e-6)),
    "power.node": ("power", per_second("energy")),
    "gpu.utilisation": ("gpu", level("utilization_gpu_percent")),
    "gpu.memory_used": ("gpu", level("memory_used_bytes")),
    "gpu.power": ("gpu", level("power_uw", 1e-6)),
    **{f"tcp.{name}": ("tcp", per_second(field)) for name, field in
       (("segments_sent", "TcpOutSegs"), ("segments_received", "TcpInSegs"), ("retransmissions", "TcpRetransSegs"),
        ("resets_sent", "TcpOutRsts"), ("listen_overflows", "TcpExtListenOverflows"))},
    "tcp.retransmission_share": ("tcp", ratio("TcpRetransSegs", "TcpOutSegs", 100)),
    "udp.errors": ("tcp", per_second("UdpInErrors")),
    "cgroup.cpu": ("cgroup", per_second("cpu.usage_usec", scale=1e-6)),
    "cgroup.throttled": ("cgroup", ratio("cpu.nr_throttled", "cpu.nr_periods", 100)),
    "cgroup.throttled_time": ("cgroup", per_second("cpu.throttled_usec", scale=1e-4)),
    "rdma.rx.throughput": ("rdma", per_second("port_rcv_data", scale=4)),
    "rdma.tx.throughput": ("rdma", per_second("port_xmit_data", scale=4)),
    "rdma.rx.packets": ("rdma", per_second("port_rcv_packets")),
    "rdma.tx.packets": ("rdma", per_second("port_xmit_packets")),
    "rdma.rx.errors": ("rdma", per_second("port_rcv_errors")),
    "rdma.tx.discards": ("rdma", per_second("port_xmit_discards")),
    "rdma.rx.link_share": ("rdma", link_share("port_rcv_data", 4)),
    "rdma.tx.link_share": ("rdma", link_share("port_xmit_data", 4)),
}


def walk(random, kind, width):
    """A column that moves, wraps, is reset, and is missing here and there."""
    if kind == "gauge":
        cells = random.integers(0, 10**6, SAMPLES)
    else:
        start = 2**32 - 5000 if width == 32 else random.integers(0, 2**40)
        cells = start + np.cumsum(random.integers(0, 700, SAMPLES))
        if width == 32:
            cells %= 2**32
        if random.random() < 0.5:
            reset = random.integers(5, SAMPLES - 5)
            cells[reset:] = np.cumsum(random.integers(0, 700, SAMPLES - reset))
    cells = cells.astype(np.int64)
    for row in random.integers(0, SAMPLES, random.integers(0, 3)):
        cells[row] = MISSING
    return cells


RDMA_FIELDS = ("port_rcv_data", "port_xmit_data", "port_rcv_packets", "port_xmit_packets",
               "port_rcv_errors", "port_xmit_discards", "rate_mbps")


def rdma_tree(folder):
    """A port with every counter that a quantity is made of."""
    counters = pathlib.Path(folder, "class/infiniband/mlx5_0/ports/1/counters")
    counters.mkdir(parents=True)
    for name in RDMA_FIELDS[:-1]:
        (counters / name).write_text("1\n")
    (counters.parent / "rate").write_text("100 Gb/sec (4X EDR)\n")
    (counters.parent / "state").write_text("4: ACTIVE\n")


LUSTRE = {
    "llite/work-1/stats": "read_bytes write_bytes read:usecs write:usecs open:usecs close:usecs getattr:usecs",
    "llite/home-2/stats": "read_bytes",
    "osc/work-OST0000-osc-1/stats": "read_bytes write_bytes ost_read:usec ost_write:usec req_waittime:usec",
    "mdc/work-MDT0000-mdc-1/stats": "read_bytes req_waittime:usec",
}


def lustre_tree(folder):
    """A file system with a connection to each kind of server, and another one."""
    for path, statistics in LUSTRE.items():
        file = pathlib.Path(folder, "kernel/debug/lustre", path)
        file.parent.mkdir(parents=True)
        lines = [statistic.partition(":") for statistic in statistics.split()]
        file.write_text("".join(f"{name} 1 samples [{unit or 'bytes'}] 1 1 1 1\n" for name, _, unit in lines))


def wrap_energy(group, random):
    """Energy that restarts from 0 after its range, and is reset once in another way."""
    fields = list(group["power_field"].asstr()[:])
    array = group["power"][:]
    for row in range(array.shape[1]):
        cells = np.cumsum(random.integers(0, 200_000, SAMPLES)) % ENERGY_RANGE
        cells[20] = cells[19] - 1000
        array[:, row, fields.index("energy_uj")] = cells
        array[:, row, fields.index("max_energy_range_uj")] = ENERGY_RANGE
    group["power"][:] = array
    names = group["power_zone_name"].asstr()[:]
    write_texts(group["power_zone_name"], ["package-1/core" if name == "package-1/dram" else name for name in names])


def hide_beginnings(group, random):
    """Lustre's files without what has not happened yet, and one reading of all of them that failed."""
    array = group["lustre"][:]
    for row in range(array.shape[1]):
        for field in range(array.shape[2]):
            array[:random.integers(0, 12), row, field] = MISSING
    array[8] = MISSING
    group["lustre"][:] = array


def of_device(metric, device):
    for beginning, rows in ROWS.items():
        if metric.startswith(beginning):
            return device.startswith(rows)
    return True


def add_speed(group):
    """As if sysfs had said it."""
    group["interface_speed_mbps"][:] = 10_000


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


class Rates(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.file = cls.path("run.h5")
        proc = cls.proc_tree()
        rdma_tree(cls.path("sys"))
        lustre_tree(cls.path("sys"))
        make_file("record_tree", cls.file, f"{SAMPLES}:all", proc, cls.path("sys"))
        random = np.random.default_rng(15)
        with h5py.File(cls.file, "r+") as file:
            group = file["hosts/node1"]
            group["tick"][:] = np.arange(SAMPLES) + (np.arange(SAMPLES) > 20)  # one was missed
            group["lateness"][:] = random.integers(20_000, 90_000_000, SAMPLES)
            group["time"][30:] -= 3600 * 10**9  # somebody set the clock
            for source in ("diskstats", "netdev", "cpu", "percpu", "meminfo", "vmstat", "pressure", "rdma",
                           "nfs", "tcp", "cgroup", "lustre", "numa", "power", "gpu"):
                cls.fill(group, source, random)
            wrap_energy(group, random)
            hide_beginnings(group, random)
            add_speed(group)
        cls.rows = rows_of(cls.rates(cls.file))
        cls.by_series = {}
        for row in cls.rows:
            cls.by_series.setdefault((row["metric"], row["device"]), []).append(row)
        cls.run_file = cls.path("sample.h5")
        make_file("write_sample_run", cls.run_file)

    @classmethod
    def proc_tree(cls):
        """That of linux-6.18 with NFS mounts, and a job's control group with a CPU limit in sysfs."""
        proc, _ = roots("linux-6.18")
        other_proc, other_sys = roots("linux-5.14")
        mine = cls.path("proc")
        shutil.copytree(proc, mine)
        for name in ("self/mountstats", "self/cgroup"):
            shutil.copy(other_proc / name, mine / name)
        for tree in ("fs/cgroup", "class/powercap", "cray", "class/drm", "devices"):
            shutil.copytree(other_sys / tree, cls.path("sys") / tree, symlinks=True)
        return mine

    @classmethod
    def path(cls, name):
        return pathlib.Path(cls.folder.name, name)

    @classmethod
    def rates(cls, *words, expect=COMPLETE):
        done = tscollect("rates", *words)
        assert done.returncode == expect, (words, done.returncode, done.stderr)
        return done.stdout

    @staticmethod
    def fill(group, source, random):
        array = group[source]
        kinds = group[f"{source}_kind"].asstr()[:]
        widths = np.broadcast_to(group[f"{source}_field"].attrs["width_bits"], len(kinds))
        for row in range(array.shape[1] if array.ndim == 3 else 1):
            cells = np.stack([walk(random, kind, width) for kind, width in zip(kinds, widths)], axis=1)
            if array.ndim == 3:
                array[:, row] = cells
            else:
                array[:] = cells

    def series(self, metric, device):
        return {row["time"]: float(row["value"]) for row in self.by_series.get((metric, device), [])}

    def test_lists_every_quantity_with_unit_formula_and_document(self):
        text = self.rates("--list")
        names = re.findall(r"^(\S+)  \S+$", text, re.MULTILINE)
        self.assertEqual(sorted(names), sorted(INDEPENDENT))
        self.assertEqual(len(names), len(set(names)))
        for entry in re.split(r"\n(?=\S)", text.rstrip()):
            self.assertIn("https://www.kernel.org", entry)
            self.assertRegex(entry, r",\s+of\s+[a-z]+;")
        self.assertIn("100 × (Δuser + Δnice) / (Δuser + Δnice + Δsystem + Δidle", text)

    def test_each_quantity_is_what_an_independent_computation_gives(self):
        with h5py.File(self.file) as file:
            group = file["hosts/node1"]
            at = group["tick"][:] * INTERVAL + group["lateness"][:] / 1e9
            times = self.times_of(group, at)
            seconds = np.diff(at)
            compared = 0
            for metric, (source, value) in INDEPENDENT.items():
                if source not in group:
                    self.fail(f"{source} is not in the file")
                names = group[DEVICES[source]].asstr()[:] if source in DEVICES else [""]
                for device in names:
                    if metric == "memory.reclaim" and "pgsteal_kswapd" not in group["vmstat_field"].asstr()[:]:
                        continue
                    if not of_device(metric, device):
                        self.assertEqual(self.series(metric, device), {}, (metric, device))
                        continue
                    with self.subTest(metric=metric, device=device):
                        of = Growth(group, source, device or None)
                        of.speed = 10_000
                        expected = value(of, seconds)
                        told = self.series(metric, device)
                        known = {time: one for time, one in zip(times[1:], expected) if not np.isnan(one)}
                        self.assertEqual(list(told), list(known))
                        np.testing.assert_allclose(list(told.values()), list(known.values()), rtol=1e-9)
                        compared += len(known)
            self.assertGreater(compared, 5000)

    @staticmethod
    def times_of(group, at):
        """UTC of rank 0 at the start, and the monotonic clock from there."""
        first = int(group["time"][0])
        shown = []
        for moment in at:
            ns = first + round((moment - at[0]) * 1e9)
            shown.append(ns)
        return [f"{np.datetime64(ns, 'ns')}Z" for ns in shown]

    def test_seconds_are_the_time_between_samples(self):
        with h5py.File(self.file) as file:
            group = file["hosts/node1"]
            seconds = np.diff(group["tick"][:] * INTERVAL + group["lateness"][:] / 1e9)
        told = [float(row["seconds"]) for row in self.rows if row["metric"] == "load.1min"]
        np.testing.assert_allclose(told, seconds, rtol=1e-8)
        self.assertGreater(max(told), 1.8, "the tick that was missed")

    def test_host_sums_count_each_byte_once(self):
        """Whole disks that stand on nothing, and interfaces that leave the host."""
        file = self.path("roles.h5")
        shutil.copy(self.file, file)
        with h5py.File(file, "r+") as run:
            group = run["hosts/node1"]
            for source in ("diskstats", "netdev"):
                shape = group[source].shape
                group[source][:] = np.arange(shape[0])[:, None, None] * 1000 * np.ones(shape, np.int64)
            write_texts(group["disk"], ["sda", "sda1", "dm-0", "md127", "loop0", "nvme0n1", "nvme0c0n1", "nvme0c1n1",
                                        "zram0", "sdb"])
            group["disk_is_partition"][:] = [0, 1, 0, 0, 0, 0, 0, 0, 0, -1]
            write_texts(group["interface"], ["lo", "eth0", "bond0", "eth0.100"])
            seconds = group["tick"][1] + group["lateness"][1] / 1e9 - group["lateness"][0] / 1e9

        def first(metric):
            rows = rows_of(self.rates(file, "--per", "host", "-m", metric))
            return float(rows[0]["value"]) * seconds

        self.assertAlmostEqual(first("disk.read.throughput"), 3 * 512 * 1000, 3)  # sda, sdb, nvme0n1
        self.assertAlmostEqual(first("net.rx.throughput"), 1000, 3)
        with h5py.File(file, "r+") as run:
            run["hosts/node1/diskstats"][:, 5] = 0  # a head that counts nothing: its paths do
        self.assertAlmostEqual(first("disk.read.throughput"), 4 * 512 * 1000, 3)

    def test_host_sums_count_bytes_of_lustre_and_energy_once(self):
        """Of programs those of the mounts, of servers those of the connections; of zones no part of another."""
        def rows(metric, *words):
            return [row for row in rows_of(self.rates(self.file, "-m", metric, *words)) if row["value"]]

        def energy(devices):
            return sum(float(row["value"]) * float(row["seconds"]) for row in rows("power.zones")
                       if row["device"] in devices)

        for metric, devices in (("lustre.read.throughput", {"llite/work-1", "llite/home-2"}),
                                ("lustre.server_read.throughput", {"osc/work-OST0000-osc-1",
                                                                   "mdc/work-MDT0000-mdc-1"})):
            self.assertEqual({row["device"] for row in rows(metric)}, devices)
        with h5py.File(self.file) as file:
            group = file["hosts/node1"]
            zones = dict(zip(group["power_zone"].asstr()[:], group["power_zone_name"].asstr()[:]))
        counted = {zone for zone, name in zones.items() if name != "package-1/core"}
        self.assertEqual(len(counted), len(zones) - 1)
        told = sum(float(row["value"]) * float(row["seconds"]) for row in rows("power.zones", "--per", "host"))
        self.assertAlmostEqual(told / energy(counted), 1, 6)

    def test_info_has_what_network_file_systems_moved(self):
        done = tscollect("info", self.file)
        for heading in ("NFS ", "Lustre "):
            self.assertRegex(done.stdout, rf"(?m)^  {heading} +read MB/s +peak  write MB/s .*from servers  to servers")
        self.assertIn("Lustre file systems, over the whole run", done.stdout)
        self.assertNotIn("osc/", done.stdout, "one line a server only with --all")
        self.assertIn("osc/work-OST0000-osc-1", tscollect("info", "--all", self.file).stdout)
        told = json.loads(tscollect("info", "--json", self.file).stdout)["hosts"][0]
        for metric in ("lustre.read.throughput", "nfs.write.throughput"):
            rows = rows_of(self.rates(self.file, "-m", metric, "--per", "host"))
            moved = sum(float(row["value"]) * float(row["seconds"]) for row in rows)
            self.assertAlmostEqual(told["metrics"][metric]["mean"] * sum(float(row["seconds"]) for row in rows) / moved,
                                   1, 6)

    def test_run_sums_are_those_of_its_hosts(self):
        hosts = rows_of(self.rates(self.run_file, "--per", "host", "-m", "memory.major_faults"))
        run = rows_of(self.rates(self.run_file, "--per", "run", "-m", "memory.major_faults"))
        self.assertEqual({row["host"] for row in hosts}, {"node01", "node02", "node/03"})
        self.assertEqual({row["host"] for row in run}, {""})
        self.assertEqual(len(run), 9)
        for row in run:
            each = [float(one["value"]) for one in hosts if one["time"] == row["time"]]
            self.assertAlmostEqual(float(row["value"]), sum(each), 6)

    def test_a_host_without_a_tick_keeps_its_rate(self):
        """node02 has no sample of ticks 4 to 6: its rate over them is that of the whole interval."""
        file = self.path("gap.h5")
        make_file("write_sample_run", file)
        with h5py.File(file, "r+") as run:
            run["hosts/node02/tick"][:] = [0, 1, 2, 3, 7, 8, 9, 10, 11, 12]
        run = rows_of(self.rates(file, "--per", "run", "-m", "memory.major_faults"))
        values = [round(float(row["value"]), 3) for row in run]
        self.assertEqual(len(values), 12)
        with h5py.File(file) as opened:
            fields = list(opened["hosts/node01/vmstat_field"].asstr()[:])
            grown = np.diff(opened["hosts/node02/vmstat"][:, fields.index("pgmajfault")])
        one = values[0] - float(grown[0])  # of the two others
        self.assertAlmostEqual(values[4], one + grown[3] / 4, 2)

    def test_a_gap_of_a_host_is_in_its_own_row_and_in_no_sum(self):
        """node02 has no sample of ticks 4 to 9, more than a rate is taken as constant for."""
        file = self.path("long_gap.h5")
        make_file("write_sample_run", file)
        with h5py.File(file, "r+") as run:
            run["hosts/node02/tick"][:] = [0, 1, 2, 3, 10, 11, 12, 13, 14, 15]
            fields = list(run["hosts/node01/vmstat_field"].asstr()[:])
            grown = {host: np.diff(run[f"hosts/{host}/vmstat"][:, fields.index("pgmajfault")]) for host in ("node01", "node02")}
        hosts = rows_of(self.rates(file, "--per", "host", "--host", "node02", "-m", "memory.major_faults"))
        self.assertAlmostEqual(float(hosts[3]["seconds"]), 7, 2)
        self.assertAlmostEqual(float(hosts[3]["value"]) * float(hosts[3]["seconds"]), float(grown["node02"][3]), 2)
        run = [float(row["value"]) for row in rows_of(self.rates(file, "--per", "run", "-m", "memory.major_faults"))]
        both = run[0] - float(grown["node02"][0])  # of the two others, which grow evenly
        for step in range(3, 9):
            self.assertAlmostEqual(run[step], both, 1, "no part of the gap")
        phases = json.loads(tscollect("info", "--json", file).stdout)["phases"]
        without = {host["name"]: host["seconds"] for host in phases[0]["unsampled_hosts"]}
        self.assertAlmostEqual(without["node02"], 7, 2)
        self.assertAlmostEqual(without["node01"], 6, 2, "it ended before the run did")
        self.assertRegex(tscollect("info", file).stdout, r"(?m)^  run: without node01 for 6\S* s, node02 for 7\S* s")

    def test_resampling_keeps_the_bytes(self):
        for every in (2.5, 7, 1000):
            rows = rows_of(self.rates(self.file, "-m", "disk.write.iops", "--device", "vda", "--every", every))
            plain = [row for row in self.rows if row["metric"] == "disk.write.iops" and row["device"] == "vda"]
            self.assertAlmostEqual(sum(float(row["value"]) * float(row["seconds"]) for row in rows),
                                   sum(float(row["value"]) * float(row["seconds"]) for row in plain), 3)
            self.assertLess(len(rows), len(plain))

    def test_chooses_metrics_hosts_devices_and_times(self):
        rows = rows_of(self.rates(self.file, "-m", "disk.read.*,cpu.busy", "--device", "vda"))
        self.assertEqual({row["device"] for row in rows}, {"vda", ""})
        self.assertEqual({row["metric"] for row in rows if row["device"]},
                         {name for name in INDEPENDENT if name.startswith("disk.read.")})
        rows = rows_of(self.rates(self.run_file, "--host", "node0[12]", "-m", "load.1min"))
        self.assertEqual({row["host"] for row in rows}, {"node01", "node02"})
        some = rows_of(self.rates(self.run_file, "--from", "2.5", "--to", "6.4", "--per", "run", "-m", "load.1min"))
        every = rows_of(self.rates(self.run_file, "--per", "run", "-m", "load.1min"))
        self.assertEqual(some, every[2:6])
        same = rows_of(self.rates(self.run_file, "--from", every[1]["time"], "--to", every[5]["time"], "--per", "run",
                                  "-m", "load.1min"))
        self.assertEqual(same, some)

    def test_phases_come_from_a_file(self):
        phases = self.path("phases.csv")
        every = rows_of(self.rates(self.run_file, "--per", "run", "-m", "load.1min"))
        phases.write_text(f'name,begin,end\n"write, first",2,4\nread,{every[5]["time"]},8\n')
        rows = rows_of(self.rates(self.run_file, "--phases", phases, "--phase", "write*", "--per", "run",
                                  "-m", "load.1min"))
        self.assertEqual(rows, every[2:4])
        rows = rows_of(self.rates(self.run_file, "--phases", phases, "--per", "run", "-m", "load.1min"))
        self.assertEqual(rows, every[2:4] + every[6:8])

    def test_json_has_the_same(self):
        lines = [json.loads(line) for line in self.rates(self.file, "-f", "json", "-m", "disk.*").splitlines()]
        rows = [row for row in self.rows if row["metric"].startswith("disk.")]
        self.assertEqual([list(line) for line in lines[:2]], [list(row) for row in rows[:2]])
        self.assertEqual(len(lines), len(rows))
        numbers = ("seconds", "value")
        for line, row in zip(lines, rows):
            if [float(row[key]) if key in numbers else row[key] for key in row] != list(line.values()):
                self.fail((line, row))

    def test_says_what_is_wrong(self):
        for words, said in (
            ((self.run_file, "-m", "disk.speed"), "--metric disk.speed: there is none of that name"),
            ((self.run_file, "--host", "nowhere"), "--host nowhere: the run has none of that name"),
            ((self.run_file, "--phase", "write 7"), "--phase write 7: the run has none of that name"),
            ((self.run_file, "--from", "yesterday"), "--from: 'yesterday' is neither a UTC time"),
            ((self.run_file, "-o", self.run_file), "is the file to be read; choose another"),
            ((self.run_file, "--phases", self.path("none.csv")), "none.csv: No such file"),
            ((), "FILE is required"),
        ):
            done = tscollect("rates", *words)
            self.assertEqual(done.returncode, USAGE, done.stderr)
            self.assertIn(said, done.stderr)
        bad = self.path("bad.csv")
        bad.write_text("name,begin,end\nwrite,5,4\n")
        done = tscollect("rates", self.run_file, "--phases", bad)
        self.assertIn("bad.csv: line 2: ends before it begins", done.stderr)

    def test_goes_on_past_a_host_that_cannot_be_read(self):
        broken = self.path("broken.h5")
        shutil.copy(self.run_file, broken)
        with h5py.File(broken, "r+") as file:
            del file["hosts/node01/vmstat"]
        for per in ("device", "host", "run"):
            done = tscollect("rates", broken, "--per", per)
            self.assertEqual(done.returncode, INCOMPLETE)
            self.assertIn("node01", done.stderr)
            self.assertGreater(len(done.stdout.splitlines()), 20)

    @unittest.skipIf(os.environ.get("TSCOLLECT_SANITIZE"), "sanitizers keep what is freed")
    def test_needs_no_more_memory_for_more_hosts(self):
        few, many = self.path("few.h5"), self.path("many.h5")
        make_file("write_many_hosts", few, 10, 200)
        make_file("write_many_hosts", many, 200, 200)
        for per in ("device", "run"):
            words = ("-m", "memory.*", "--per", per)
            peak = peak_mib("rates", few, *words)
            self.assertLess(peak_mib("rates", many, *words), peak + 16)


if __name__ == "__main__":
    unittest.main()
