"""Kills a collector at random moments and checks that every sample that its journals had
acknowledged is recovered, and right.

The sources are made up by counting_proc (preloaded): what the n-th reading of a file says follows
from n, so that row r of a host must be reading r + first in every field, where first is the number
of looks at the file before sampling. A lost, repeated or mixed-up sample cannot hide.

  kill_test.py          the short version
  kill_test.py 200      that many kills, and a tally
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
import unittest

import h5py
import numpy as np

import job

SHIM = job.BUILD / "tests" / "libcounting_proc.so"
HOSTS = ["a", "b"]
KILLS = 10
INTERVAL = 0.002
MISSING = np.iinfo(np.int64).min


def expected(n):
    """What the n-th reading says, by source and field."""
    return {
        "vmstat": [n * (field + 1) for field in range(40)],
        "meminfo": [8_000_000, 8_000_000 - n % 1000 * 8, n // 100],
        "loadavg": [n % 10_000 / 100, n % 5_000 / 100, 0.25, n % 7, 200 + n % 3],
        "lo": [n * 1000, n * 3], "eth0": [n * n % 1_000_000_007, n],
    }


def acknowledged(journal):
    """Whole samples in a journal's bytes, counted by nothing but the format's description."""
    if len(journal) < 16:
        return 0
    at = 16 + int.from_bytes(journal[12:16], "little") + 4
    count = 0
    while at < len(journal):
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
        count += journal[at] >= 0x80
        at += size + 3
    return count


class Tally:
    def __init__(self):
        self.kills = {}
        self.samples = self.acknowledged = self.torn = self.written = 0

    def __str__(self):
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.kills.items()))
        return (f"{sum(self.kills.values())} kills ({kinds}): {self.acknowledged} samples "
                f"acknowledged before the kill, {self.samples} recovered and right, "
                f"{self.torn} torn journals, {self.written} files written by survivors")


@unittest.skipIf("hydra" in os.path.realpath(shutil.which(job.MPIRUN) or ""),
                 "tells ranks apart by the variables of Open MPI")
class Kill(job.JobTest):
    def test_every_acknowledged_sample_is_recovered(self):
        chance = random.Random(KILLS)
        tally = Tally()
        for number in range(KILLS):
            self.kill_once(chance, number, tally)
            if KILLS > 20 and number % 20 == 19:
                print(tally, flush=True)
        print(tally)
        self.assertGreater(tally.acknowledged, KILLS * 10)

    def kill_once(self, chance, number, tally):
        kind = ["rank 0", "rank 1", "launcher", "launcher and ranks"][number % 4]
        target, ready = self.folder / f"run{number}.h5", self.folder / f"ready{number}"
        journals = self.folder / f"journals{number}"
        journals.mkdir()
        running = self.start(len(HOSTS), "-i", INTERVAL, "-o", target, "--pose-hosts",
                             ",".join(HOSTS), "--ready-file", ready, "--journal-dir", journals,
                             "-m", 0, OMPI_MCA_mca_base_env_list=f"LD_PRELOAD={SHIM}")
        self.await_file(ready)
        ranks = self.ranks_of(running)
        time.sleep(chance.uniform(0, 0.6))
        had = {path: acknowledged(path.read_bytes()) for path in journals.iterdir()}
        victims = {"rank 0": ranks[:1], "rank 1": ranks[1:2], "launcher": [running.pid],
                   "launcher and ranks": [running.pid, *ranks]}[kind]
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
        words, _ = running.communicate(timeout=60)
        self.await_end_of(ranks)
        tally.kills[kind] = tally.kills.get(kind, 0) + 1
        tally.written += target.exists()
        self.assertEqual(sorted(path for path in had), sorted(journals.iterdir()), words)
        self.check(journals, had, tally, number)

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

    def check(self, journals, had, tally, number):
        recovered = self.folder / f"recovered{number}.h5"
        done = subprocess.run([job.PROGRAM, "recover", "-o", recovered, journals],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertIn(done.returncode, (0, 4), done.stdout)
        tally.torn += done.stdout.count("are dropped")
        with h5py.File(recovered) as file:
            self.assertEqual(list(file["hosts"]), HOSTS)
            for path, count in had.items():
                host = file["hosts"][path.stem.rsplit("-", 1)[1]]
                rows = host["time"].shape[0]
                self.assertGreaterEqual(rows, count, done.stdout)
                self.assertEqual(rows, acknowledged(path.read_bytes()), done.stdout)
                self.check_values(host, rows)
                tally.samples += rows
                tally.acknowledged += count
        for path in (recovered, recovered.with_suffix(".json"), *journals.iterdir()):
            path.unlink()

    def check_values(self, host, rows):
        self.assertTrue((np.diff(host["tick"][:]) > 0).all())
        values = {source: host[source][:] for source in ("vmstat", "meminfo", "loadavg", "netdev")}
        interfaces = list(host["interface"].asstr()[:])
        fields = list(host["netdev_field"].asstr()[:])
        columns = [fields.index("rx_bytes"), fields.index("tx_bytes")]
        for source in ("vmstat", "meminfo", "loadavg"):
            found = values[source].tolist()
            first = next(n for n in range(1, 9) if expected(n)[source] == found[0])
            for row in range(rows):
                self.assertEqual(found[row], expected(row + first)[source], f"{source} row {row}")
        for row in range(rows):
            n = row + 2  # one trial before
            want = expected(n)
            for i, interface in enumerate(interfaces):
                found = values["netdev"][row][i][columns].tolist()
                there = interface == "lo" or n // 50 % 2 == 1
                self.assertEqual(found, want[interface] if there else [MISSING] * 2,
                                 f"{interface} row {row}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        KILLS = int(sys.argv.pop())
    unittest.main()
