"""Every block of docs/reading.md, run on a real run of three hosts whose numbers are known."""

import contextlib
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

os.environ["MPLBACKEND"] = "Agg"

import h5py
import numpy as np

SOURCE = pathlib.Path(os.environ["TSCOLLECT_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"])
sys.path.insert(0, str(SOURCE / "tests/support"))

import posed_cluster  # noqa: E402


def blocks_of(language):
    text = (SOURCE / "docs/reading.md").read_text()
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def setUpModule():
    if not (BUILD / "bin/tscollect-mpi").exists():
        raise unittest.SkipTest("built without MPI")
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    # Recipes stand clocks that are set during the run.
    posed_cluster.set_clocks(posed_cluster.write_run(folder.name))
    unittest.addModuleCleanup(os.chdir, os.getcwd())
    os.chdir(folder.name)


def megabytes_written(host):
    """Over the whole run of one host, by its raw numbers."""
    with h5py.File("run.h5") as file:
        group = file["hosts"][host]
        field = list(group["diskstats_field"].asstr()[:]).index("sectors_written")
        disk = list(group["disk"].asstr()[:]).index("nvme0n1")
        grown = np.diff(group["diskstats"][:, disk, field])
        interval = file.attrs["collection_interval_seconds"]
        return 512e-6 * np.mean(grown / np.diff(group["tick"][:] * interval + group["lateness"][:] / 1e9))


class Python(unittest.TestCase):
    """The blocks build on each other: they are run once, and what they made is looked at."""

    @classmethod
    def setUpClass(cls):
        cls.made = {}
        OtherLanguages("run_blocks").run_blocks("sh", "sh", "-e")  # the files that Python reads
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            for block in blocks_of("python"):
                exec(compile(block, f"reading.md: {block.strip().splitlines()[0]}", "exec"), cls.made)
        cls.printed = printed.getvalue()

    def test_one_host(self):
        self.assertIn("KiB gauge", self.printed)
        self.assertEqual(self.made["available"].dtype, np.int64)
        self.assertEqual(self.made["vmstat"]["pgfault"].dtype, np.int64)
        self.assertEqual(str(self.made["vmstat"].index.tz), "UTC")

    def test_rates_ready_made(self):
        rates = self.made["rates"]
        self.assertEqual(str(rates.time.dtype), "datetime64[ns, UTC]")
        mean = rates[(rates.metric == "disk.write.throughput") & (rates.device == "nvme0n1")
                     & (rates.host == "node01")].value.mean() / 1e6
        self.assertAlmostEqual(mean, megabytes_written("node01"), 3)
        totals = self.made["totals"]
        self.assertEqual(str(totals.time.dtype), "datetime64[ns, UTC]")
        each = sum(megabytes_written(host) for host in posed_cluster.HOSTS)
        written = totals[totals.metric == "disk.write.throughput"].value / 1e6
        # Steps differ on a busy machine, which misses ticks. A host left out or counted twice is a third.
        self.assertAlmostEqual(written.median() / each, 1, delta=0.2)

    def test_one_device(self):
        self.assertAlmostEqual(self.made["written"].mean().item() / 1e6, megabytes_written("node01"), 3)
        # 80 % at 100 MiB/s, by construction.
        ratio = self.made["busy"].mean().item() / (self.made["written"].mean().item() / 2**20)
        self.assertAlmostEqual(ratio, 0.8, delta=0.05)

    def test_whole_disks_only(self):
        self.assertEqual(list(self.made["whole"].values), ["nvme0n1"])

    def test_nobody_is_missing(self):
        self.assertEqual(list(self.made["table"].index), list(posed_cluster.HOSTS))
        self.assertNotIn("missing", list(self.made["table"]["state"]))

    def test_write_bandwidth_of_every_device_and_host(self):
        mean = self.made["bandwidth"].mean()
        for host in posed_cluster.HOSTS:
            self.assertAlmostEqual(mean[host, "nvme0n1"], megabytes_written(host), 3)
        late = self.made["bandwidth"]["node02", "dm-0"]
        self.assertTrue(np.isnan(late.iloc[1]))
        self.assertGreater(late.count(), 0)

    def test_memory_low_water_mark(self):
        self.assertEqual(self.made["low"]["GiB"].idxmin(), "node02")
        self.assertAlmostEqual(self.made["low"]["GiB"]["node01"] - self.made["low"]["GiB"]["node02"],
                               11, delta=2)

    def test_network_rates(self):
        mean = self.made["network"].set_index(["host", "direction"])["mean"]
        self.assertAlmostEqual(mean["node01", "rx"] / mean["node01", "tx"], 4, delta=0.1)
        self.assertAlmostEqual(mean["node03", "rx"] / mean["node01", "rx"], 0.4, delta=0.05)
        self.assertEqual(set(self.made["network"]["interface"]), {"eth0"})

    def test_cpu_and_pressure(self):
        used = self.made["used"]
        self.assertAlmostEqual(used["cores"]["node01"], 2, delta=0.2)
        self.assertAlmostEqual(used["cores"]["node03"] / used["cores"]["node01"], 0.4, delta=0.05)
        self.assertAlmostEqual(used["io_some_percent"]["node01"], 30, delta=3)

    def test_the_straggler_is_found(self):
        self.assertEqual(list(self.made["slow"]), ["node03"])
        self.assertAlmostEqual(self.made["part"]["node03"], 0.4, delta=0.05)
        self.assertEqual(pathlib.Path("stragglers.png").read_bytes()[:4], b"\x89PNG")

    def test_times_on_the_clock_of_rank_0(self):
        self.assertRegex(self.printed, r"node03 20\d\d-\S+ \S+\+00:00 to 20\d\d-")
        self.assertLess(abs(self.made["ahead"]["node02"]), 1e9)


class OtherLanguages(unittest.TestCase):
    def run_blocks(self, language, *program):
        if shutil.which(program[0]) is None:
            self.skipTest(f"{program[0]} is not installed; launch/setup-debian names its package")
        script = pathlib.Path(f"script.{language}")
        script.write_text("\n".join(blocks_of(language)))
        path = f"{BUILD / 'bin'}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run([*program, script], capture_output=True, text=True, check=False,
                              timeout=100, env=os.environ | {"PATH": path})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def assert_megabytes(self, shown):
        written = float(re.search(r"written ([\d.]+) MB/s", shown)[1])
        self.assertAlmostEqual(written, megabytes_written("node01"), delta=0.1)

    def test_shell(self):
        shown = self.run_blocks("sh", "sh", "-e")
        self.assertIn("node03", shown)
        self.assertIn("Dataset", shown)
        self.assertIn("netcdf run {", shown)

    def test_r(self):
        shown = self.run_blocks("r", "Rscript", "--vanilla")
        self.assert_megabytes(shown)
        self.assertRegex(shown, r"least 5\d\.?\d* GiB at 20\d\d-")

    def test_octave(self):
        shown = self.run_blocks("octave", "octave-cli", "-q", "--no-init-file", "--no-history")
        self.assert_megabytes(shown)
        self.assertRegex(shown, r"\n20\d\d-\d\d-\d\d \d\d:")


if __name__ == "__main__":
    unittest.main()
