"""tscollect compare: runs and phases side by side, and what differs by more than its own spread."""

import json
import pathlib
import tempfile
import unittest

import h5py
import numpy

from run_texts import write_texts
from tscollect_program import COMPLETE, USAGE, make_file, tscollect

SAMPLES = 60
SECTORS = 200_000  # a second: 102.4 MB


class Compare(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.slow = cls.run_file("slow.h5", 1.0, seed=1)
        cls.again = cls.run_file("again.h5", 1.0, seed=2)
        cls.fast = cls.run_file("fast.h5", 2.0, seed=3)

    @classmethod
    def run_file(cls, name, pace, seed, trickle=0):
        """Two hosts: 20 s of writing, 20 of reading, 20 of nothing, all of it unsteady by a tenth; in addition
        some sectors read in each second."""
        path = cls.folder / name
        make_file("write_many_hosts", path, 2, SAMPLES)
        random = numpy.random.default_rng(seed)
        with h5py.File(path, "r+") as file:
            for host in file["hosts"].values():
                write_texts(host["diskstats_field"], ["sectors_read", "sectors_written"])
                second = numpy.arange(SAMPLES)
                steps = pace * SECTORS * random.uniform(0.9, 1.1, SAMPLES)
                for field, active in ((1, second < 20), (0, (second >= 20) & (second < 40))):
                    host["diskstats"][:, 0, field] = numpy.cumsum(numpy.where(active, steps, 0)).astype(int)
                    host["diskstats"][:, 0, field] += (trickle * second) * (field == 0)
                    host["diskstats"][:, 1, field] = 0
                host["vmstat"][:] = 0
                host["meminfo"][:] = 10**6
                host["loadavg"][:] = 1.5
        return path

    def compare(self, *words, expect=COMPLETE):
        done = tscollect("compare", *words)
        self.assertEqual(done.returncode, expect, done.stderr)
        return done.stdout

    def metrics(self, *words):
        return json.loads(self.compare("--json", *words))["metrics"]

    def test_the_same_run_twice_has_no_difference(self):
        for metric, told in self.metrics(self.slow, self.slow, "-m", "*").items():
            first, second = told["parts"]
            self.assertEqual([first[key] for key in ("mean", "p5", "p95")],
                             [second[key] for key in ("mean", "p5", "p95")])
            self.assertFalse(second["differs"], metric)

    def test_another_run_of_the_same_work_does_not_differ(self):
        for metric, told in self.metrics(self.slow, self.again, "--phase", "write 1").items():
            self.assertFalse(told["parts"][1]["differs"], metric)

    def test_twice_the_pace_differs(self):
        told = self.metrics(self.slow, self.again, self.fast, "--phase", "write 1")["disk.write.throughput"]["parts"]
        self.assertEqual([part["differs"] for part in told], [False, False, True])
        self.assertAlmostEqual(told[2]["ratio"], 2, delta=0.1)
        self.assertAlmostEqual(told[0]["mean"] / (2 * 512 * SECTORS), 1, delta=0.05)
        text = self.compare(self.slow, self.fast, "--phase", "write 1")
        self.assertRegex(text, r"(?m)^A  .*slow\.h5, write 1 \(found\), 19")
        self.assertRegex(text, r"(?m)^disk.write.throughput +MB/s +A +20\d +1[89]\d +2[12]\d$")
        self.assertRegex(text, r"(?m)^ +B +4\d\d +3\d\d +4\d\d +(1.9|2.0)\d +yes$")

    def read_in_the_first_phase(self, trickle):
        other = self.run_file("trickle.h5", 1.0, 1, trickle)
        return self.metrics(self.slow, other, "--phase", "write 1")["disk.read.throughput"]["parts"][1]

    def test_a_direction_that_is_nearly_idle_does_not_differ(self):
        nearly = self.read_in_the_first_phase(68)  # of two hosts 0.07 MB/s, of the other run 0
        self.assertAlmostEqual(nearly["mean"], 2 * 68 * 512, 0)
        self.assertEqual((nearly["differs"], nearly["too_small"]), (False, True))
        text = self.compare(self.slow, self.folder / "trickle.h5", "--phase", "write 1")
        self.assertRegex(text, r"(?m)^ +B +0.07 +0.07 +0.07 +- +too small$")
        well = self.read_in_the_first_phase(1100)  # 1.1 MB/s
        self.assertTrue(well["differs"])
        self.assertNotIn("too_small", well)

    def test_what_is_idle_but_for_a_moment_does_not_differ(self):
        """A mean of less than a hundredth of the highest value."""
        def read(sectors, burst):
            path = self.folder / f"burst{sectors}-{burst}.h5"
            make_file("write_many_hosts", path, 1, 400)
            with h5py.File(path, "r+") as file:
                host = next(iter(file["hosts"].values()))
                write_texts(host["diskstats_field"], ["sectors_read", "sectors_written"])
                second = numpy.arange(400)
                host["diskstats"][:] = 0
                host["diskstats"][:, 0, 0] = sectors * second + burst * (second > 200)
            return path

        for burst, differs in ((0, True), (3_000_000, False)):
            told = self.metrics(read(4000, burst), read(6000, burst), "-m", "disk.read.throughput")
            self.assertEqual(told["disk.read.throughput"]["parts"][1]["differs"], differs)

    def test_the_latency_of_a_few_requests_does_not_differ(self):
        def latency(reads, milliseconds):
            path = self.folder / f"latency{milliseconds}.h5"
            make_file("write_many_hosts", path, 1, SAMPLES)
            with h5py.File(path, "r+") as file:
                host = next(iter(file["hosts"].values()))
                write_texts(host["diskstats_field"], ["reads_completed", "time_reading_ms"])
                done = (reads * numpy.arange(SAMPLES)).astype(int)
                host["diskstats"][:] = 0
                host["diskstats"][:, 0, 0] = done
                host["diskstats"][:, 0, 1] = done * milliseconds
            return path

        for reads, differs in ((0.5, False), (100, True)):
            told = self.metrics(latency(reads, 5), latency(reads, 50), "-m", "disk.read.latency")
            self.assertEqual([part["mean"] for part in told["disk.read.latency"]["parts"]], [5, 50])
            self.assertEqual(told["disk.read.latency"]["parts"][1]["differs"], differs)

    def test_percentiles_are_those_of_numpy(self):
        rows = tscollect("rates", self.slow, "--per", "run", "-m", "disk.write.throughput").stdout.splitlines()[1:]
        values = [float(row.split(",")[5]) for row in rows]
        told = self.metrics(self.slow, self.again)["disk.write.throughput"]["parts"][0]
        self.assertAlmostEqual(told["mean"] / numpy.mean(values), 1, 3)
        self.assertAlmostEqual(told["p5"], numpy.percentile(values, 5), 3)
        self.assertAlmostEqual(told["p95"] / numpy.percentile(values, 95), 1, 6)
        self.assertEqual(told["values"], SAMPLES - 1)

    def test_phases_of_one_run(self):
        told = json.loads(self.compare("--json", self.slow))
        self.assertEqual([part["phase"] for part in told["parts"]], ["write 1", "read 1"])
        self.assertTrue(told["metrics"]["disk.read.throughput"]["parts"][1]["differs"])
        phases = self.folder / "phases.csv"
        phases.write_text("begin,5,10\nmiddle,10,15\n")
        told = json.loads(self.compare("--json", self.slow, "--phases", phases))
        self.assertEqual([(part["phase"], part["found"]) for part in told["parts"]],
                         [("begin", False), ("middle", False)])
        self.assertFalse(told["metrics"]["disk.write.throughput"]["parts"][1]["differs"])

    def test_says_what_is_wrong(self):
        for words, said in (((self.slow, "--phase", "write 1"), "there is nothing to compare"),
                            ((self.slow, self.fast, "--phase", "x"), "it has no phase that --phase names"),
                            ((self.slow, self.folder / "none.h5"), "none.h5: cannot open"),
                            ((self.slow, self.fast, "-m", "x"), "--metric x: there is none")):
            done = tscollect("compare", *words)
            self.assertEqual(done.returncode, USAGE, done.stdout)
            self.assertIn(said, done.stderr)

    def test_fits_a_terminal(self):
        for line in self.compare(self.slow, self.fast, "-m", "*").splitlines()[3:]:
            self.assertLessEqual(len(line), 100, line)


if __name__ == "__main__":
    unittest.main()
