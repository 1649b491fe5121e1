"""tscollect compare: runs and phases side by side, and what differs by more than its own spread."""

import json
import pathlib
import tempfile
import unittest

import h5py
import numpy

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
    def run_file(cls, name, pace, seed):
        """Two hosts: 20 s of writing, 20 of reading, 20 of nothing, all of it unsteady by a tenth."""
        path = cls.folder / name
        make_file("write_many_hosts", path, 2, SAMPLES)
        random = numpy.random.default_rng(seed)
        with h5py.File(path, "r+") as file:
            for host in file["hosts"].values():
                host["diskstats_field"][:] = ["sectors_read", "sectors_written"]
                second = numpy.arange(SAMPLES)
                steps = pace * SECTORS * random.uniform(0.9, 1.1, SAMPLES)
                for field, active in ((1, second < 20), (0, (second >= 20) & (second < 40))):
                    host["diskstats"][:, 0, field] = numpy.cumsum(numpy.where(active, steps, 0)).astype(int)
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
