"""A source that hangs costs its own cells and nothing else: the other sources are whole and on their
ticks, the run ends in time, on one host and on three. The cases run side by side.
`stuck_source_test.py table` runs each source on one host and on one of three, one after the other."""

import subprocess
import sys
import time
import unittest

import h5py
import job
import numpy as np

SHIM = job.BUILD / "tests" / "libhang_preload.so"
INTERVAL = 0.2
DURATION = 6
TIMEOUT = 10
ROOM = 60  # of a busy machine
SOURCES = {"diskstats": "/diskstats", "vmstat": "/vmstat", "loadavg": "/loadavg", "meminfo": "/proc/meminfo",
           "netdev": "/net/dev", "cpu": "/proc/stat", "pressure": "/pressure/", "tcp": "/net/snmp",
           "cgroup": "/cpu.stat", "numa": "/numastat", "nfs": "/mountstats", "rdma": "/infiniband/",
           "power": "/powercap/", "gpu": "/hwmon/", "lustre": "/lustre/"}
# What this machine does not have, a fixture has.
FIXTURE = job.FIXTURES / "linux-5.14"


@unittest.skipIf(job.HYDRA, "hands the shim on by Open MPI's variables")
class StuckSource(job.JobTest):
    def begin(self, name, ranks, hang, rank=None):
        trigger = self.folder / f"{name}.now"
        variables = {"LD_PRELOAD": SHIM, "HANG": ",".join(f"read:{text}" for text in hang),
                     "HANG_IF": trigger}
        if rank is not None:
            variables["HANG_RANK"] = rank
        variables = {key: str(value) for key, value in variables.items()}
        words = [job.COLLECTOR, "-i", INTERVAL, "-d", DURATION, "-o", f"{name}.h5", "--timeout", TIMEOUT,
                 "--sources", ",".join(SOURCES), "--ready-file", f"{name}.ready",
                 "--procfs", FIXTURE / "proc", "--sysfs", FIXTURE / "sys"]
        words = [str(word) for word in words]
        if ranks > 1:
            listed = ";".join(f"{key}={value}" for key, value in variables.items())
            words = ["mpirun", "-n", str(ranks), *words, "--pose-hosts", ",".join("abc"[:ranks])]
            variables = {"OMPI_MCA_mca_base_env_list": listed}
        running = subprocess.Popen(
            words, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True,
            env=job.environment(TSCOLLECT_JOURNAL_DIR=str(self.journals), **variables))
        self.addCleanup(running.stderr.close)
        self.addCleanup(lambda: running.poll() is None and running.kill())
        return running, trigger

    def check(self, name, running, stuck, rank, begun):
        _, words = running.communicate(timeout=DURATION + TIMEOUT + ROOM)
        self.last = time.monotonic() - begun, running.returncode, words
        self.assertLess(self.last[0], DURATION + TIMEOUT + ROOM, words)
        self.assertEqual(running.returncode, 4, f"{name}: {words}")
        for source in stuck:
            self.assertRegex(words, rf"\b{source} is missing in \d+ of \d+ samples: a read of "
                                    r"\S+ does not return")
        with h5py.File(self.folder / f"{name}.h5") as file:
            states = dict(zip(file["host_table/host"].asstr()[:], file["host_table/state"].asstr()[:]))
            for number, (host, group) in enumerate(sorted(file["hosts"].items())):
                is_hurt = rank is None or number == rank
                self.check_host(f"{name} {host}", group, stuck if is_hurt else [])
                self.assertEqual(states[host] == "partial", is_hurt, f"{name} {host}: {words}")

    def check_host(self, place, group, stuck):
        ticks = group["tick"][:]
        # Half of them on a machine that is as busy as can be; the last one comes with the stop.
        self.assertGreater(len(ticks), DURATION / INTERVAL / 2, place)
        late = set(group["error_source"].asstr()[:]) if "error_source" in group else set()
        for source in SOURCES:
            if source not in group:
                self.assertNotIn(source, stuck, place)
                continue
            cells = group[source][:]
            missing = np.isnan(cells) if cells.dtype.kind == "f" else cells == np.iinfo(np.int64).min
            there = ~missing.reshape(len(ticks), -1).all(axis=1)
            if source in stuck:
                self.assertTrue(there[0] and not there[-1], f"{place}: {source} {there}")
                self.assertFalse(there[int(np.argmin(there)):].any(), f"{place}: {source} came back")
                self.assertIn(source, late, place)
            elif source not in late:
                self.assertTrue(there.all(), f"{place}: {source} {there}")

    def run_cases(self, cases):
        begun = time.monotonic()
        running = {name: self.begin(name, ranks, [SOURCES[source] for source in stuck], rank)
                   for name, (stuck, ranks, rank) in cases.items()}
        for name, (_, trigger) in running.items():
            self.await_file(self.folder / f"{name}.ready")
            trigger.touch()
        for name, (stuck, _, rank) in cases.items():
            with self.subTest(name):
                self.check(name, running[name][0], stuck, rank, begun)

    def test_each_source_alone_on_one_host(self):
        self.run_cases({source: ([source], 1, None) for source in SOURCES})

    def test_all_sources_on_one_host(self):
        self.run_cases({"all": (list(SOURCES), 1, None)})

    def test_sources_of_one_of_three_hosts(self):
        self.run_cases({"one": (["meminfo"], 3, 1), "all": (list(SOURCES), 3, 0)})


def table():
    print("| stuck | hosts | ends after the start | status | said |\n|---|---|---|---|---|")
    for name, stuck in [*((source, [source]) for source in SOURCES), ("all", list(SOURCES))]:
        for ranks, rank in ((1, None), (3, 1)):
            case = StuckSource("run_cases")
            case.setUp()
            try:
                case.run_cases({"run": (stuck, ranks, rank)})
                seconds, status, words = case.last
                said = " / ".join(line for line in words.splitlines() if "does not return" in line)
                print(f"| {name} | {ranks} | {seconds:.1f} s | {status} | {said[:200]} |", flush=True)
            except AssertionError as error:
                print(f"| {name} | {ranks} | FAILED: {str(error)[:300]} |", flush=True)
            finally:
                case.doCleanups()


if __name__ == "__main__":
    if sys.argv[1:] == ["table"]:
        table()
    else:
        unittest.main(verbosity=2)
