"""examples/plot_run.py on made-up runs: its numbers are those of `tscollect rates`, and holes stay holes."""

import csv
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import h5py
import matplotlib.pyplot as plt
import numpy as np

SOURCE = pathlib.Path(os.environ["TSCOLLECT_SOURCE_DIR"])
PROGRAM = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"], "bin", "tscollect")
os.environ["TSCOLLECT"] = str(PROGRAM)
sys.path.insert(0, str(SOURCE / "examples"))

import many_hosts  # noqa: E402
import plot_run  # noqa: E402
import run_series  # noqa: E402
import synthetic_run  # noqa: E402

SAMPLES = 96
GAP = range(SAMPLES // 4, SAMPLES // 4 + SAMPLES // 12)  # the ticks that the third host skips


def rates(path, *words):
    done = subprocess.run([PROGRAM, "rates", path, *words], capture_output=True, text=True, check=True)
    return list(csv.DictReader(io.StringIO(done.stdout)))


class MadeRuns(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.few = cls.folder / "few.h5"
        cls.slow_of_few = synthetic_run.write_run(cls.few, 3, SAMPLES)

    def changed(self, name, change):
        """A copy of the run of three hosts, in which something was changed."""
        path = self.folder / name
        path.write_bytes(self.few.read_bytes())
        with h5py.File(path, "r+") as file:
            change(file["hosts"])
        return path


class Series(MadeRuns):
    def test_a_rate_is_that_of_tscollect_rates(self):
        run = run_series.Run(self.few)
        self.assertEqual(run.names, ["node01", "node02", "node03"])
        for metric in ("disk.write.throughput", "net.rx.throughput", "memory.available", "load.1min"):
            told = run.rate(metric)
            self.assertEqual(told.shape, (3, SAMPLES - 1))
            for row, name in enumerate(run.names):
                values = [float(one["value"]) for one in rates(self.few, "--per", "host", "-m", metric, "--host", name)
                          if float(one["seconds"]) < 2]
                np.testing.assert_allclose(told[row][~np.isnan(told[row])], values)
        self.assertIsNone(run.rate("disk.discard.throughput"))

    def test_skipped_ticks_are_columns_without_a_value(self):
        run = run_series.Run(self.few)
        self.assertEqual(run.missed_ticks(), [0, 0, len(GAP)])
        read = run.rate("disk.read.throughput")
        # A rate over the whole gap is no value of the tick after it. The first column ends at tick 1.
        self.assertEqual(np.flatnonzero(np.isnan(read[2])).tolist(), [*[tick - 1 for tick in GAP], GAP[-1]])
        self.assertFalse(np.any(np.isnan(read[0])))
        self.assertEqual(run.with_resets(), ["node02"])

    def test_a_last_sample_right_after_another_gives_no_rate(self):
        def hurry(hosts):
            hosts["node01/lateness"][SAMPLES - 1] = -950_000_000

        before = run_series.Run(self.few).rate("disk.read.throughput")
        after = run_series.Run(self.changed("hurry.h5", hurry)).rate("disk.read.throughput")
        self.assertTrue(np.isnan(after[0, -1]))
        np.testing.assert_array_equal(after[:, :-1], before[:, :-1])

    def test_a_late_sample_stays_in_its_column(self):
        def delay(hosts):
            hosts["node01/lateness"][10] = 700_000_000

        run = run_series.Run(self.changed("late.h5", delay))
        self.assertFalse(np.any(np.isnan(run.rate("disk.read.throughput")[0])))

    def test_a_clock_that_is_set_changes_no_rate_and_no_place(self):
        def set_clock(hosts):
            hosts["node01/time"][40:] -= 3600 * 10**9

        before, after = run_series.Run(self.few), run_series.Run(self.changed("clock.h5", set_clock))
        np.testing.assert_array_equal(after.rate("disk.read.throughput"), before.rate("disk.read.throughput"))
        np.testing.assert_array_equal(after.times, before.times)

    def test_hosts_come_in_the_order_of_their_numbers(self):
        self.assertEqual(sorted(["node10", "node9", "node1"], key=run_series.natural), ["node1", "node9", "node10"])

    def test_a_long_run_is_averaged_by_tscollect(self):
        before, run_series.MOST_COLUMNS = run_series.MOST_COLUMNS, 20
        self.addCleanup(setattr, run_series, "MOST_COLUMNS", before)
        run = run_series.Run(self.few)
        self.assertEqual((run.ticks_per_column, run.columns), (5, 19))
        told = [float(one["value"]) for one in
                rates(self.few, "--per", "host", "-m", "load.1min", "--host", "node01", "--every", "5")
                if float(one["seconds"]) > 1]
        np.testing.assert_allclose(run.rate("load.1min")[0], told)


class Pictures(MadeRuns):
    def setUp(self):
        self.addCleanup(plt.close, "all")

    def draw(self, path):
        return {axes.get_title(loc="left"): axes for axes in plot_run.draw(path).axes}

    def legend(self, axes):
        return [text.get_text() for text in axes.get_legend().get_texts()]

    def test_a_single_host_has_no_sums(self):
        path = self.folder / "one.h5"
        synthetic_run.write_run(path, 1, 20)
        self.assertEqual(list(self.draw(path)), ["Disk", "Network", "Memory, GiB", "Load"])

    def test_few_hosts_have_a_line_each_one_legend_and_marked_gaps(self):
        panels = self.draw(self.few)
        self.assertEqual(self.legend(panels["Disk read, per host"]), ["node01", "node02", "node03"])
        self.assertEqual(len(panels["Disk written, per host"].lines), 3)
        self.assertEqual(self.legend(panels["Disk, sum of 3 hosts"]), ["read", "written", "lacks a host"])
        self.assertEqual(len(panels["Load, 1 minute"].patches), 1)
        self.assertIn("ticks missed: node03 (8)", panels["Load, 1 minute"].figure._supxlabel.get_text())
        line = panels["Network, sum of 3 hosts"].lines[0]
        np.testing.assert_allclose(line.get_ydata(),
                                   np.nansum(run_series.Run(self.few).rate("net.rx.throughput"), axis=0))

    def test_many_hosts_have_bands_a_map_and_names_that_stand_out(self):
        path = self.folder / "many.h5"
        slow = synthetic_run.write_run(path, 24, samples=120)
        panels = self.draw(path)
        self.assertEqual({name.split()[0] for name in self.legend(panels["Disk written, per host"])}, slow)
        self.assertEqual(panels["Disk read + written, host by host"].images[0].get_array().shape, (23, 119))
        self.assertIn("not in the file: node24", panels["Load, 1 minute"].figure._supxlabel.get_text())
        self.assertIn("(incomplete)", panels["Load, 1 minute"].figure._suptitle.get_text())

    def test_a_file_without_some_sources_says_so(self):
        path = self.changed("less.h5", lambda hosts: [host["diskstats_field"].write_direct(
            np.array([f"other{i}" for i in range(8)], dtype=object)) for host in [hosts["node01"]]])
        self.assertEqual(self.draw(path)["Disk, sum of 3 hosts"].texts[0].get_text(), "not in the file")

    def test_the_program_writes_the_picture_beside_the_file_or_says_why_not(self):
        program = [sys.executable, "-B", SOURCE / "examples/plot_run.py"]

        def plot(path, **environment):
            return subprocess.run([*program, path], capture_output=True, text=True, check=False,
                                  env=os.environ | environment)

        path = self.folder / "single.h5"
        synthetic_run.write_run(path, 1, 1)  # no rate at all
        done = plot(path)
        self.assertEqual((done.stdout.strip(), done.stderr), (str(path.with_suffix(".png")), ""))
        self.assertEqual(path.with_suffix(".png").read_bytes()[:4], b"\x89PNG")
        done = plot("/dev/null")
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, "^plot_run.py: /dev/null: .+")
        done = plot(path, TSCOLLECT="nowhere/tscollect")
        self.assertIn("nowhere/tscollect: not found; set TSCOLLECT to the path of tscollect", done.stderr)


class StandingOut(unittest.TestCase):
    def test_equals_do_not_stand_out(self):
        table = np.ones((20, 30)) + np.linspace(0, 0.05, 20)[:, None]
        self.assertEqual(many_hosts.standing_out(table), [])

    def test_a_gap_does_not_make_one_stand_out(self):
        table = np.tile(np.arange(30.0), (20, 1))
        table[3, 20:] = np.nan
        table[4] *= 0.5
        self.assertEqual([row for row, _ in many_hosts.standing_out(table)], [4])

    def test_zeros_are_no_trouble(self):
        self.assertEqual(many_hosts.standing_out(np.zeros((9, 9))), [])


if __name__ == "__main__":
    unittest.main()
