"""examples/mlpstorage_collector.py in the place of MLPerf Storage's own collectors: on this host, on
three, and where it cannot collect. The benchmark's side is a stand-in (benchmark_stand_in.py)."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import benchmark_stand_in
import cluster

BIN = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"]) / "bin"
STAND_IN = pathlib.Path(benchmark_stand_in.__file__)
FIVE = {"diskstats", "vmstat", "meminfo", "loadavg", "netdev"}


class Collector(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def environment(self, **extra):
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith(("OMPI_", "PMIX_", "TSCOLLECT_"))}
        return kept | {"PATH": f"{BIN}:{os.environ['PATH']}", "OMPI_MCA_rmaps_base_oversubscribe": "1",
                       "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
                       "TSCOLLECT_SITE_CONFIG": "/dev/null",
                       "OMPI_MCA_btl_vader_single_copy_mechanism": "none", **extra}

    def run_it(self, *words, prefix=(), **environment):
        return subprocess.run([*prefix, sys.executable, "-B", STAND_IN, *map(str, words)], cwd=self.folder,
                              env=self.environment(**environment), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=60)

    def result(self):
        return json.loads((self.folder / "training_20260124_222000_timeseries.json").read_text())

    def check(self, data, hosts, method, seconds, interval):
        self.assertEqual(list(data["samples_by_host"]), hosts)
        self.assertEqual((data["hosts_requested"], data["hosts_collected"]), (hosts, hosts))
        self.assertEqual(data["collection_method"], method)
        self.assertEqual(data["collection_interval_seconds"], interval)
        self.assertEqual(data["num_samples"], sum(map(len, data["samples_by_host"].values())))
        for host, samples in data["samples_by_host"].items():
            self.assertGreaterEqual(len(samples), seconds / interval, host)
            for sample in samples:
                self.assertEqual(set(sample), {"timestamp", "hostname"} | FIVE)
                self.assertRegex(sample["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        for time_of in (data["start_time"], data["end_time"]):
            self.assertRegex(time_of, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertLessEqual(data["start_time"], data["end_time"])

    def test_this_host(self):
        done = self.run_it(".", 0.6, 0.2, TSCOLLECT_OUTPUT="kept.h5")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check(self.result(), [socket.gethostname()], "local", 0.6, 0.2)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()),
                         ["kept.h5", "kept.json", "training_20260124_222000_timeseries.json"])
        written = subprocess.run([BIN / "tscollect", "export", "-f", "mlpstorage", "kept.h5"], cwd=self.folder,
                                 stdout=subprocess.PIPE, check=True, text=True)
        self.assertEqual(written.stdout, (self.folder / "training_20260124_222000_timeseries.json").read_text(),
                         "what the benchmark writes is what the export writes, to the byte")

    def test_three_hosts_by_the_names_that_the_benchmark_was_given(self):
        if reason := cluster.why_not():
            self.skipTest(reason)
        with cluster.Cluster(hosts=3) as hosts:
            extra = {name: value for name, value in hosts.environment().items() if name.startswith(("OMPI_", "PRTE_"))}
            given = ["node02:4", "localhost:4", "node03"]
            done = self.run_it(".", 0.5, 0.1, *given, prefix=hosts.enter("node01"), **extra)
        self.assertEqual(done.returncode, 0, done.stderr)
        data = self.result()
        self.check(data, ["node02", "localhost", "node03"], "ssh", 0.5, 0.1)
        self.assertEqual([samples[0]["hostname"] for samples in data["samples_by_host"].values()],
                         ["node02", "node01", "node03"])
        self.assertEqual([path.name for path in self.folder.iterdir()],
                         ["training_20260124_222000_timeseries.json"], "no file of its own is left")

    def test_says_why_it_cannot_collect_and_how_it_is_used(self):
        (self.folder / "away").mkdir()
        done = self.run_it(".", 0.1, 0.1, TSCOLLECT_RUN_COLLECTOR=str(self.folder / "none"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("RuntimeError: tscollect did not start: tscollect-run: ", done.stderr)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["away"])
        collector = benchmark_stand_in.example().TimeSeriesCollector()
        with self.assertRaisesRegex(RuntimeError, "^TimeSeriesCollector not started$"):
            collector.stop()

    def test_the_file_is_written_if_the_benchmark_is_killed(self):
        with subprocess.Popen([sys.executable, "-B", STAND_IN, ".", "60", "0.1"], cwd=self.folder,
                              env=self.environment(TSCOLLECT_OUTPUT="kept.h5"),
                              stderr=subprocess.DEVNULL) as benchmark:
            self.await_state("sampling")
            benchmark.send_signal(signal.SIGKILL)
        self.await_state("ended")
        self.assertTrue((self.folder / "kept.json").exists())

    def await_state(self, state):
        """After "ended" nothing is written beside the status any more."""
        deadline = time.monotonic() + 30
        while not any(f'"{state}"' in path.read_text() for path in self.folder.glob(".tscollect-*/status.json")):
            self.assertLess(time.monotonic(), deadline, f"it is never {state}")
            time.sleep(0.02)


if __name__ == "__main__":
    unittest.main()
