"""Kills a collector at random moments and checks that every sample that its journals had
acknowledged is recovered, or in the file if it could still be written, and right.

The sources are made up by counting_proc (preloaded): what the n-th reading of a file says follows
from n, so that row r of a host must be reading r + first in every field, where first is the number
of looks at the file before sampling. A lost, repeated or mixed-up sample cannot hide.

  kill_test.py          the short version
  kill_test.py 200      that many kills, and a tally
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

import h5py
import numpy as np

import job

SHIM = job.BUILD / "tests" / "libcounting_proc.so"
HOSTS = ["a", "b"]
KILLS = 16
AT_ONCE = 4  # most of a kill is waiting for the launcher
INTERVAL = 0.002
PART_MIB = 0.01  # several parts of a journal in half a second, on a busy machine, too
MISSING = np.iinfo(np.int64).min


def expected(n):
    """What the n-th reading says, by source and field."""
    return {
        "vmstat": [n * (field + 1) for field in range(40)],
        "meminfo": [8_000_000, 8_000_000 - n % 1000 * 8, n // 100],
        "loadavg": [n % 10_000 / 100, n % 5_000 / 100, 0.25, n % 7, 200 + n % 3],
        "lo": [n * 1000, n * 3], "eth0": [n * n % 1_000_000_007, n],
    }


def crc24_table():
    table = []
    for rest in range(256):
        rest <<= 16
        for _ in range(8):
            rest = rest << 1 ^ (0x1864CFB if rest & 0x800000 else 0)
        table.append(rest)
    return table


CRC24 = crc24_table()


def acknowledged(journal):
    """Whole samples in a journal's bytes, counted by nothing but the format's description."""
    if len(journal) < 16:
        return 0
    at = 16 + int.from_bytes(journal[12:16], "little") + 4
    check = int.from_bytes(journal[at - 4:at], "little") & 0xFFFFFF
    count = 0
    while at < len(journal) and journal[at] != 0:
        begin = at
        size = shift = 0
        while at < len(journal):
            byte = journal[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        if at + size + 3 > len(journal):
            break
        for byte in journal[begin:at + size]:
            check = (check << 8 & 0xFFFFFF) ^ CRC24[check >> 16 ^ byte]
        if journal[at + size:at + size + 3] != check.to_bytes(3, "little"):
            break
        count += journal[at] >= 0x80
        at += size + 3
    return count


def host_of(journal):
    return journal.stem.rsplit("-", 1)[1].split("+")[0]


class Tally:
    def __init__(self):
        self.kills = {}
        self.samples = self.acknowledged = self.torn = self.parts = self.written = 0
        self.lock = threading.Lock()

    def add(self, kind, **counts):
        with self.lock:
            self.kills[kind] = self.kills.get(kind, 0) + 1
            for name, count in counts.items():
                setattr(self, name, getattr(self, name) + count)
            done = sum(self.kills.values())
        if done % 20 == 0:
            print(self, flush=True)

    def __str__(self):
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.kills.items()))
        return (f"{sum(self.kills.values())} kills ({kinds}): {self.acknowledged} samples "
                f"acknowledged before the kill, {self.samples} recovered and right, from "
                f"{self.parts} files, {self.torn} of them torn; {self.written} runs had written "
                "their own file all the same")


@unittest.skipIf(job.HYDRA, "tells ranks apart by the variables of Open MPI")
class Kill(job.JobTest):
    def test_every_acknowledged_sample_is_recovered(self):
        chance = random.Random(KILLS)
        tally = Tally()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            kills = [pool.submit(self.kill_once, chance.uniform(0, 0.6), number, tally)
                     for number in range(KILLS)]
        for kill in kills:
            kill.result()
        print(tally)
        self.assertGreater(tally.acknowledged, KILLS * 10)
        self.assertGreater(tally.parts, KILLS * len(HOSTS))

    def kill_once(self, seconds, number, tally):
        kind = ["rank 0", "rank 1", "launcher", "launcher and ranks"][number % 4]
        target, ready = self.folder / f"run{number}.h5", self.folder / f"ready{number}"
        journals = self.folder / f"journals{number}"
        journals.mkdir()
        options = ["-i", INTERVAL, "-o", target, "--pose-hosts", ",".join(HOSTS), "--ready-file", ready,
                   "--journal-dir", journals, "--journal-part", PART_MIB, "-m", 0]
        running = self.launch(["-n", str(len(HOSTS)), "env", f"LD_PRELOAD={SHIM}", str(job.COLLECTOR),
                               *map(str, options)])
        self.await_file(ready)
        ranks = self.ranks_of(running)
        time.sleep(seconds)
        had = {path: acknowledged(path.read_bytes()) for path in sorted(journals.iterdir())}
        victims = {"rank 0": ranks[:1], "rank 1": ranks[1:2], "launcher": [running.pid],
                   "launcher and ranks": [running.pid, *ranks]}[kind]
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
        words, _ = running.communicate(timeout=60)
        self.await_end_of(ranks)
        left = set(journals.iterdir())
        if set(had) <= left:
            counts = self.check(journals, had, number)
        else:
            # Rank 0 has outlived the launcher for long enough: then all of it is in the file.
            counts = self.check_written(target, had, words)
        tally.add(kind, parts=max(len(had), len(left)), written=int(target.exists()), **counts)

    def ranks_of(self, running):
        found = []
        for name in os.listdir("/proc"):
            try:
                with open(f"/proc/{name}/stat") as stat, open(f"/proc/{name}/environ", "rb") as env:
                    if int(stat.read().rsplit(")", 1)[1].split()[1]) == running.pid:
                        rank = [v for v in env.read().split(b"\0")
                                if v.startswith(b"OMPI_COMM_WORLD_RANK=")]
                        found.append((int(rank[0].split(b"=")[1]), int(name)))
            except (OSError, ValueError, IndexError):
                continue
        self.assertEqual(len(found), len(HOSTS))
        return [pid for _, pid in sorted(found)]

    def await_end_of(self, pids):
        deadline = time.monotonic() + 30
        while any(os.path.exists(f"/proc/{pid}") for pid in pids):
            self.assertLess(time.monotonic(), deadline, "a rank outlived its launcher")
            time.sleep(0.02)

    def check(self, journals, had, number):
        recovered = self.folder / f"recovered{number}.h5"
        done = subprocess.run([job.PROGRAM, "recover", "-o", recovered, journals],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertIn(done.returncode, (0, 4), done.stdout)
        counts = {"torn": done.stdout.count("are dropped"), "samples": 0, "acknowledged": 0}
        with h5py.File(recovered) as file:
            self.assertEqual(list(file["hosts"]), HOSTS)
            for name, host in file["hosts"].items():
                rows = host["time"].shape[0]
                before = sum(count for path, count in had.items() if host_of(path) == name)
                now = sum(acknowledged(path.read_bytes()) for path in journals.iterdir()
                          if host_of(path) == name)
                self.assertGreaterEqual(rows, before, done.stdout)
                self.assertEqual(rows, now, done.stdout)
                self.check_values(host, rows)
                counts["samples"] += rows
                counts["acknowledged"] += before
        for path in (recovered, recovered.with_suffix(".json"), *journals.iterdir()):
            path.unlink()
        return counts

    def check_written(self, target, had, words):
        counts = {"torn": 0, "samples": 0, "acknowledged": sum(had.values())}
        self.assertTrue(target.exists(), words)
        with h5py.File(target) as file:
            self.assertEqual(list(file["hosts"]), HOSTS)
            for name, host in file["hosts"].items():
                rows = host["time"].shape[0]
                before = sum(count for path, count in had.items() if host_of(path) == name)
                self.assertGreaterEqual(rows, before, words)
                self.check_values(host, rows)
                counts["samples"] += rows
        return counts

    def check_values(self, host, rows):
        self.assertTrue((np.diff(host["tick"][:]) > 0).all())
        values = {source: host[source][:] for source in ("vmstat", "meminfo", "loadavg", "netdev")}
        interfaces = list(host["interface"].asstr()[:])
        fields = list(host["netdev_field"].asstr()[:])
        columns = [fields.index("rx_bytes"), fields.index("tx_bytes")]
        # A reading that a busy machine did not give back in time is missing, and said to be.
        late = set()
        if "error_source" in host:
            for source, begin, end in zip(host["error_source"].asstr()[:], host["error_first_row"][:], host["error_last_row"][:]):
                late.update((source, row) for row in range(begin, end + 1))
        for source in ("vmstat", "meminfo", "loadavg"):
            found = values[source].tolist()
            n, most = 0, 9  # the reading before this row, and how many may lie between
            for row in range(rows):
                if (source, row) in late:
                    self.assertTrue(all(value == MISSING or value != value for value in found[row]), f"{source} row {row}")
                    most += 1  # one reading may be late for several rows
                    continue
                same = [m for m in range(n + 1, n + most + 1) if expected(m)[source] == found[row]]
                self.assertTrue(same, f"{source} row {row}: {found[row]} is none of readings {n + 1} to {n + most}")
                n, most = same[0], 1
        n, most = 1, 1  # one trial before
        for row in range(rows):
            if ("netdev", row) in late:
                self.assertTrue((values["netdev"][row] == MISSING).all(), f"netdev row {row}")
                most += 1
                continue
            found = {name: values["netdev"][row][i][columns].tolist() for i, name in enumerate(interfaces)}
            same = [m for m in range(n + 1, n + most + 1)
                    if all(found[name] == (expected(m)[name] if name == "lo" or m // 50 % 2 == 1 else [MISSING] * 2)
                           for name in interfaces)]
            self.assertTrue(same, f"netdev row {row}: {found} is none of readings {n + 1} to {n + most}")
            n, most = same[0], 1


if __name__ == "__main__":
    if len(sys.argv) > 1:
        KILLS = int(sys.argv.pop())
    unittest.main()
