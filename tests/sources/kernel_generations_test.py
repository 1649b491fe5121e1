"""What each source finds in the files of each kernel generation, against a reading of the same trees that
shares nothing with the library. `kernel_generations_test.py table` prints the table of docs/sources.md."""

import json
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tool"))

import proc_text  # noqa: E402
from tscollect_program import FIXTURES, SOURCE, tscollect  # noqa: E402

GENERATIONS = ("2.6.18", "3.10", "4.18", "5.14", "6.18")

# As mountstats(8) calls them, and as the file does.
NFS_EVENTS = """inode_revalidates dentry_revalidates data_invalidates attribute_invalidates vfs_opens vfs_lookups
    vfs_accesses vfs_update_pages vfs_read_pages vfs_reads_of_pages vfs_write_pages vfs_writes_of_pages vfs_getdents
    vfs_setattrs vfs_flushes vfs_fsyncs vfs_locks vfs_releases congestion_waits setattr_truncates extending_writes
    silly_renames short_reads short_writes delays pnfs_reads pnfs_writes""".split()
NFS_BYTES = """application_read_bytes application_write_bytes direct_read_bytes direct_write_bytes
    server_read_bytes server_write_bytes read_pages write_pages""".split()
NFS_OPERATION = """operations transmissions major_timeouts bytes_sent bytes_received queue_ms response_ms
    execution_ms errors""".split()
CPU = "user nice system idle iowait irq softirq steal guest guest_nice".split()
STAT_TOTALS = {"ctxt": "context_switches", "processes": "forks", "procs_running": "procs_running",
               "procs_blocked": "procs_blocked", "intr": "interrupts", "softirq": "softirqs"}
SLINGSHOT = ("hni_sts_rx_ok_octets", "hni_sts_tx_ok_octets", "hni_pkts_sent_by_tc", "hni_pkts_recv_by_tc",
             "hni_rx_paused", "hni_tx_paused", "hni_pcs_corrected", "hni_pcs_uncorrected", "hni_llr_tx_replay",
             "pct_retry_srb_requests", "pct_sct_timeouts", "pct_spt_timeouts")


def cells_of(found):
    """A source of the sample's JSON as cells."""
    if isinstance(found, dict):
        return {("", field): value for field, value in found.items()}
    cells = {}
    for row in found or []:
        (_, name), *fields = row.items()
        cells.update({(name, field): value for field, value in fields})
    return cells


class Tree:
    """Cells by row and field: {("sda", "reads_completed"): 7}; the row of a flat source is empty."""

    def __init__(self, generation):
        self.proc = FIXTURES / f"linux-{generation}" / "proc"
        self.sys = FIXTURES / f"linux-{generation}" / "sys"

    def lines(self, name):
        path = self.proc / name
        return path.read_text().splitlines() if path.exists() else []

    def read(self, source):
        return self.proc_text(source) if hasattr(proc_text, source) else getattr(self, source)()

    def proc_text(self, source):
        name = {"netdev": "net/dev"}.get(source, source)
        text = (self.proc / name).read_text(encoding="utf-8")
        return cells_of(getattr(proc_text, source)(re.sub(r".*No statistics available.*\n", "", text)))

    def cpu(self):
        cells = {}
        for words in map(str.split, self.lines("stat")):
            if words[0] == "cpu":
                cells.update({("", field): int(n) for field, n in zip(CPU, words[1:])})
            elif words[0] in STAT_TOTALS:
                cells["", STAT_TOTALS[words[0]]] = int(words[1])
        return cells

    def percpu(self):
        return {(words[0], field): int(n) for words in map(str.split, self.lines("stat"))
                if re.fullmatch(r"cpu\d+", words[0]) for field, n in zip(CPU, words[1:])}

    def pressure(self):
        cells = {}
        for resource in ("cpu", "memory", "io", "irq"):
            for line in self.lines(f"pressure/{resource}"):
                cells["", f"{resource}_{line.split()[0]}_total"] = int(line.split("total=")[1])
        return cells

    def rdma(self):
        cells = {}
        for port in self.sys.glob("class/infiniband/*/ports/*"):
            row = f"{port.parent.parent.name}/{port.name}"
            for path in [*port.glob("counters/*"), *port.glob("hw_counters/*"), port / "state", port / "rate"]:
                if not path.exists() or path.read_text().startswith("N/A"):
                    continue
                word = path.read_text().split()[0]
                name = path.name
                if path.parent.name == "hw_counters" and (port / "counters" / name).exists():
                    name = "hw_" + name
                if name == "rate":
                    cells[row, "rate_mbps"] = int(float(word) * 1000)
                else:
                    cells[row, name] = int(word.rstrip(":"))
        for path in self.sys.glob("class/cxi/*/device/telemetry/*"):
            if path.name.startswith(SLINGSHOT):
                cells[path.parts[-4], path.name] = int(path.read_text().split("@")[0])
        return cells

    def tcp(self):
        cells = {}
        for name in ("net/snmp", "net/netstat"):
            lines = self.lines(name)
            for names, values in zip(lines[::2], lines[1::2]):
                protocol = names.split(":")[0]
                if protocol in ("Ip", "IpExt", "Tcp", "TcpExt", "Udp"):
                    cells.update({("", protocol + field): int(value)
                                  for field, value in zip(names.split()[1:], values.split()[1:])})
        return cells

    def nfs(self):
        cells = {}
        mount = None
        operations = False
        for line in self.lines("self/mountstats"):
            words = line.split()
            if line.startswith("device "):
                mount, operations = (words[4] if words[7] in ("nfs", "nfs4") else None), False
            elif not mount or not words:
                continue
            elif words[0] == "events:":
                cells.update({(mount, name): int(n) for name, n in zip(NFS_EVENTS, words[1:])})
            elif words[0] == "bytes:":
                cells.update({(mount, name): int(n) for name, n in zip(NFS_BYTES, words[1:])})
            elif words[0] == "xprt:":
                at = {"udp": (None, 2, 3, 4)}.get(words[1], (2, 5, 6, 7))
                numbers = [1, *(0 if i is None else int(words[2 + i]) for i in at)]
                for name, number in zip(("transports", "transport_connects", "transport_sends",
                                         "transport_receives", "transport_bad_xids"), numbers):
                    cells[mount, name] = cells.get((mount, name), 0) + number
            elif words[0] == "per-op":
                operations = True
            elif operations and (words[1] != "0" or words[0] in ("READ:", "WRITE:", "COMMIT:")):
                cells.update({(mount, words[0].rstrip(":") + "_" + name): int(n)
                              for name, n in zip(NFS_OPERATION, words[1:])})
        return cells

    def job_cgroup(self):
        own = [line[3:] for line in self.lines("self/cgroup") if line.startswith("0::")]
        for mount in ("fs/cgroup", "fs/cgroup/unified"):
            root = self.sys / mount
            if own and ((root / "cgroup.controllers").exists() or (root / "cgroup.procs").exists()):
                job = re.match(r".*?/job_\d+(?=/|$)", own[0])
                return root / (job.group() if job else own[0]).lstrip("/")
        return None

    def cgroup(self):
        cells = {}
        folder = self.job_cgroup()
        if not folder:
            return cells
        for path in folder.iterdir():
            if not path.is_file() or path.name == "io.stat":
                continue
            stem = path.name.removesuffix(".stat")
            for words in map(str.split, path.read_text().splitlines()):
                if path.name == "cpu.max":
                    cells.update({("", "cpu.max." + name): int(word)
                                  for name, word in zip(("quota_usec", "period_usec"), words) if word != "max"})
                elif path.name.endswith(".pressure"):
                    cells["", f"{path.name}.{words[0]}_total"] = int(words[-1].split("=")[1])
                elif words[-1] != "max":
                    cells["", ".".join([stem, *words[:-1]])] = int(words[-1])
        return cells

    def cgroup_io(self):
        folder = self.job_cgroup()
        lines = (folder / "io.stat").read_text().splitlines() if folder and (folder / "io.stat").exists() else []
        return {(words[0], pair.split("=")[0]): int(pair.split("=")[1])
                for words in map(str.split, lines) for pair in words[1:]}

    def numa(self):
        cells = {}
        for node in self.sys.glob("devices/system/node/node[0-9]*"):
            for line in (node / "meminfo").read_text().splitlines():
                cells[node.name, line.split()[2].rstrip(":")] = int(line.split()[3])
            for name, value in map(str.split, (node / "numastat").read_text().splitlines()):
                cells[node.name, name] = int(value)
        return cells

    def power(self):
        cells = {(path.parent.name, path.name): int(path.read_text())
                 for name in ("energy_uj", "max_energy_range_uj")
                 for path in self.sys.glob(f"class/powercap/*/{name}")}
        for path in self.sys.glob("cray/pm_counters/*"):
            if path.name.endswith(("energy", "power")):
                cells["pm_counters", path.name] = int(path.read_text().split()[0])
        return cells

    def gpu(self):
        names = {"gpu_busy_percent": "utilization_gpu_percent", "mem_busy_percent": "utilization_memory_percent",
                 "mem_info_vram_used": "memory_used_bytes", "mem_info_vram_total": "memory_total_bytes",
                 "power1_average": "power_uw", "power1_input": "power_uw", "energy1_input": "energy_uj",
                 "freq1_input": "clock_sm_hz", "freq2_input": "clock_memory_hz", "temp1_input": "temperature_mc"}
        cells = {}
        for card in self.sys.glob("class/drm/card[0-9]*"):
            device = (card / "device").resolve()
            if "-" in card.name:
                continue
            for path in [*device.iterdir(), *device.glob("hwmon/*/*")]:
                if path.name in names and (device.name, names[path.name]) not in cells:
                    cells[device.name, names[path.name]] = int(path.read_text())
        return cells

    def lustre(self):
        cells = {}
        places = (self.sys / "kernel/debug/lustre", self.proc / "fs/lustre", self.sys / "fs/lustre")
        for place in places:
            for path in [*place.glob("*/*/stats"), *place.glob("*/*/md_stats")]:
                row = f"{path.parent.parent.name}/{path.parent.name}"
                for words in map(str.split, path.read_text().splitlines()):
                    if words[2] != "samples":
                        continue
                    cells[row, words[0] + "_samples"] = int(words[1])
                    if len(words) > 6:
                        ending = {"b": "_bytes", "u": "_us"}.get(words[3][1], "_sum")
                        if ending == "_bytes" and words[0].endswith("_bytes"):
                            ending = "_sum"
                        cells[row, words[0] + ending] = int(words[6])
        return cells


SOURCES = ("diskstats", "vmstat", "loadavg", "meminfo", "netdev", "cpu", "percpu", "pressure", "rdma", "tcp", "nfs",
           "cgroup", "cgroup_io", "numa", "power", "gpu", "lustre")


def sample(generation):
    tree = Tree(generation)
    done = tscollect("sample", "--procfs", tree.proc, "--sysfs", tree.sys, "--sources", "all")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def shape_of(cells):
    """"6 fields" of a flat source, "6 × 2" of one with two rows, "–" of one that is not there."""
    if not cells:
        return "–"
    rows = {row for row, _ in cells}
    fields = len({field for _, field in cells})
    return f"{fields} × {len(rows)}" if rows != {""} else str(fields)


def table(read):
    lines = ["| source | " + " | ".join(f"Linux {generation}" for generation in GENERATIONS) + " |",
             "|---|" + "---|" * len(GENERATIONS)]
    found = [read(generation) for generation in GENERATIONS]
    for source in SOURCES:
        lines.append(f"| `{source}` | " + " | ".join(shape_of(cells.get(source)) for cells in found) + " |")
    return "\n".join(lines) + "\n"


class KernelGenerations(unittest.TestCase):
    maxDiff = None

    def test_each_source_finds_what_another_reading_finds(self):
        for generation in GENERATIONS:
            found = sample(generation)
            self.assertNotIn("errors", found)
            for source in SOURCES:
                with self.subTest(source, generation=generation):
                    expected = Tree(generation).read(source)
                    got = cells_of(found.get(source))
                    if source == "gpu":  # those of this machine, too
                        rows = {row for row, _ in expected}
                        got = {place: value for place, value in got.items() if place[0] in rows}
                    self.assertEqual(got, expected)

    def test_every_source_is_found_in_two_generations_or_more(self):
        for source in SOURCES:
            there = [generation for generation in GENERATIONS if Tree(generation).read(source)]
            self.assertGreater(len(there), 1, source)

    def test_the_documents_table_is_this_one(self):
        expected = table(lambda generation: {source: Tree(generation).read(source) for source in SOURCES})
        self.assertIn(expected, (SOURCE / "docs" / "sources.md").read_text())


if __name__ == "__main__":
    if sys.argv[1:] == ["table"]:
        print(table(lambda generation: {source: cells_of(found) for source, found in sample(generation).items()
                                        if source in SOURCES}), end="")
    else:
        unittest.main(verbosity=2)
