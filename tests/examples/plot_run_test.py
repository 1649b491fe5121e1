"""examples/plot_run.py on small files made here, so that each has one thing in it to get wrong."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import h5py
import matplotlib.pyplot as plt
import numpy as np

SOURCE = pathlib.Path(os.environ.get("TSCOLLECT_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
sys.path.insert(0, str(SOURCE / "examples"))

import many_hosts  # noqa: E402
import plot_run  # noqa: E402
import run_series  # noqa: E402
import synthetic_run  # noqa: E402

MISSING = synthetic_run.MISSING


class RunFile(unittest.TestCase):
    """A file without dimension scales, which readers of names do not need."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name, "run.h5")
        self.file = h5py.File(self.path, "w")
        self.file.attrs["collection_interval_seconds"] = 1.0
        self.addCleanup(self.file.close)
        self.random = np.random.default_rng(1)

    def write_host(self, name, samples=10, **how):
        return synthetic_run.write_host(self.file, name, samples, synthetic_run.SECOND, self.random,
                                        **how)

    def run_of_file(self):
        return run_series.Run(self.file)


class Series(RunFile):
    def grown(self, group, source, row, column):
        seconds = np.diff(group["tick"][:] * 1.0 + group["lateness"][:] / 1e9)
        return np.diff(group[source][:, row, column].astype(float)) / seconds

    def test_a_disk_counts_once(self):
        group = self.write_host("node1")
        read = self.run_of_file().disk_rate("sectors_read")
        np.testing.assert_allclose(read[0, 1:], 512 * self.grown(group, "diskstats", 0, 0))
        self.assertTrue(np.isnan(read[0, 0]))

    def test_loopback_is_no_network(self):
        group = self.write_host("node1")
        sent = self.run_of_file().network_rate("tx_bytes")
        np.testing.assert_allclose(sent[0, 1:], self.grown(group, "netdev", 1, 1))

    def test_interfaces_that_stand_on_others_are_left_out(self):
        for name in ("lo", "veth12ab", "br0", "docker0", "eth0:1", "eth0.100", "bond0", "team0",
                     "vmbr0"):
            self.assertTrue(run_series.VIRTUAL_INTERFACE.search(name), name)
        for name in ("eth0", "ib0", "hsn1", "enp3s0f1np1", "local0"):
            self.assertFalse(run_series.VIRTUAL_INTERFACE.search(name), name)

    def test_skipped_ticks_are_columns_without_a_value(self):
        synthetic_run.skip_ticks(self.write_host("a", 12), 4, 8)
        self.write_host("b", 12)
        run = self.run_of_file()
        self.assertEqual(run.missed_ticks(), [4, 0])
        self.assertEqual(run.columns, 12)
        load = run.level("loadavg", "load_1min")
        self.assertEqual(np.flatnonzero(np.isnan(load[0])).tolist(), [4, 5, 6, 7])
        # The rate after the gap would be the mean over all of it.
        sent = run.network_rate("tx_bytes")
        self.assertEqual(np.flatnonzero(np.isnan(sent[0])).tolist(), [0, 4, 5, 6, 7, 8])
        self.assertEqual(np.flatnonzero(np.isnan(sent[1])).tolist(), [0])

    def test_a_missing_cell_is_no_number(self):
        group = self.write_host("node1")
        group["meminfo"][4, 1] = MISSING
        group["diskstats"][4, :, :] = MISSING
        run = self.run_of_file()
        self.assertEqual(np.flatnonzero(np.isnan(run.level("meminfo", "MemAvailable"))).tolist(), [4])
        self.assertEqual(np.flatnonzero(np.isnan(run.disk_rate("sectors_read"))).tolist(), [0, 4, 5])

    def test_a_disk_that_appears_later_adds_to_the_others(self):
        group = self.write_host("node1")
        group["disk_is_partition"][1] = 0
        group["diskstats"][:5, 1, :] = MISSING
        written = self.run_of_file().disk_rate("sectors_written")
        one = 512 * self.grown(group, "diskstats", 0, 1)
        np.testing.assert_allclose(written[0, 1:], one * np.where(np.arange(9) < 5, 1, 2))

    def test_a_counter_that_begins_again_gives_no_rate_and_is_counted(self):
        group = self.write_host("node1")
        group["diskstats"][6:, 0, 0] = np.arange(4)
        run = self.run_of_file()
        self.assertEqual(np.flatnonzero(np.isnan(run.disk_rate("sectors_read"))).tolist(), [0, 6])
        self.assertEqual(run.hosts[0].counter_resets, 1)

    def test_a_last_sample_right_after_another_gives_no_rate(self):
        group = self.write_host("node1")
        group["lateness"][9] = synthetic_run.SECOND // 50 - synthetic_run.SECOND
        self.assertTrue(np.isnan(self.run_of_file().disk_rate("sectors_read")[0, 9]))

    def test_a_clock_that_is_set_changes_no_rate_and_no_place(self):
        group = self.write_host("node1")
        before = self.run_of_file()
        rates, times = before.disk_rate("sectors_read"), before.times
        group["time"][4:] = group["time"][4:] - 3600 * synthetic_run.SECOND
        group["time"][7:] = group["time"][7:] + 90000 * synthetic_run.SECOND
        after = self.run_of_file()
        np.testing.assert_array_equal(after.disk_rate("sectors_read"), rates)
        np.testing.assert_array_equal(after.times, times)

    def test_the_head_of_nvme_paths_counts_once(self):
        group = self.write_host("node1")
        del group["disk"]
        synthetic_run.write_names(group, "disk", ["nvme0n1", "nvme0n1p1", "nvme0c3n1"])
        read = self.run_of_file().disk_rate("sectors_read")
        np.testing.assert_allclose(read[0, 1:], 512 * self.grown(group, "diskstats", 0, 0))
        group["diskstats"][:, 0, :] = 5  # an older kernel: only the paths count
        old = self.run_of_file().disk_rate("sectors_read")
        np.testing.assert_allclose(old, read)

    def test_hosts_meet_on_ticks_and_on_the_clock_of_rank_0(self):
        ahead = 5 * synthetic_run.SECOND
        self.write_host("a", clock_offset=ahead)
        synthetic_run.write_host_table(self.file, ["a"], ["complete"], [ahead])
        times = self.run_of_file().times.astype(np.int64)
        self.assertLess(abs(times[0] - synthetic_run.START), 1_000_000)

    def test_hosts_come_in_the_order_of_their_numbers(self):
        for name in ("node10", "node9", "node1"):
            self.write_host(name, 2)
        self.assertEqual(self.run_of_file().names, ["node1", "node9", "node10"])

    def test_a_long_run_is_averaged(self):
        self.write_host("a", 50)
        before, run_series.MOST_COLUMNS = run_series.MOST_COLUMNS, 20
        self.addCleanup(setattr, run_series, "MOST_COLUMNS", before)
        run = self.run_of_file()
        self.assertEqual(run.columns, 17)
        load = self.file["hosts/a/loadavg"][:, 0]
        np.testing.assert_allclose(run.level("loadavg", "load_1min")[0, 5], load[15:18].mean())


class Pictures(RunFile):
    def setUp(self):
        super().setUp()
        self.addCleanup(plt.close, "all")

    def draw(self):
        figure = plot_run.draw(self.file, "run.h5")
        return {axes.get_title(loc="left"): axes for axes in figure.axes}

    def legend(self, axes):
        return [text.get_text() for text in axes.get_legend().get_texts()]

    def test_a_single_host_has_no_sums(self):
        self.write_host("node1")
        self.assertEqual(list(self.draw()),
                         ["Disk", "Network", "Memory, GiB", "Load"])

    def test_few_hosts_have_a_line_each_and_one_legend(self):
        for i in range(3):
            self.write_host(f"node{i}")
        panels = self.draw()
        self.assertEqual(self.legend(panels["Disk read, per host"]), ["node0", "node1", "node2"])
        self.assertEqual(len(panels["Disk written, per host"].lines), 3)
        self.assertEqual(self.legend(panels["Disk, sum of 3 hosts"]), ["read", "written"])

    def test_sums_are_over_hosts(self):
        for i in range(3):
            self.write_host(f"node{i}")
        line = self.draw()["Network, sum of 3 hosts"].lines[0]
        received = run_series.Run(self.file).network_rate("rx_bytes")
        np.testing.assert_allclose(line.get_ydata()[1:], received[:, 1:].sum(axis=0))

    def test_gaps_are_marked(self):
        synthetic_run.skip_ticks(self.write_host("a", 12), 4, 8)
        self.write_host("b", 12)
        panels = self.draw()
        self.assertIn("lacks a host", self.legend(panels["Disk, sum of 2 hosts"]))
        self.assertEqual(len(panels["Load, 1 minute"].patches), 1)
        self.assertIn("ticks missed: a (4)", panels["Load, 1 minute"].figure._supxlabel.get_text())

    def test_many_hosts_have_bands_a_map_and_names_that_stand_out(self):
        self.file.close()
        slow = synthetic_run.write_run(self.path, 24, samples=120)
        self.file = h5py.File(self.path, "a")
        panels = self.draw()
        self.assertEqual({name.split()[0] for name in self.legend(panels["Disk written, per host"])}, slow)
        self.assertEqual(panels["Disk read + written, host by host"].images[0].get_array().shape, (23, 120))
        self.assertIn("not in the file: node24", panels["Load, 1 minute"].figure._supxlabel.get_text())
        self.assertIn("(incomplete)", panels["Load, 1 minute"].figure._suptitle.get_text())

    def test_a_file_without_some_sources_says_so(self):
        group = self.write_host("node1")
        for name in ("diskstats", "netdev", "disk", "interface", "diskstats_field", "netdev_field"):
            del group[name]
        self.assertEqual(self.draw()["Disk"].texts[0].get_text(), "not in the file")

    def test_the_program_writes_the_picture_beside_the_file(self):
        self.write_host("node1", samples=1)
        self.file.close()
        program = [sys.executable, "-B", SOURCE / "examples/plot_run.py"]
        done = subprocess.run([*program, self.path], capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout.strip(), str(self.path.with_suffix(".png")))
        self.assertEqual(done.stderr, "")
        self.assertEqual(self.path.with_suffix(".png").read_bytes()[:4], b"\x89PNG")
        done = subprocess.run([*program, "/dev/null"], capture_output=True, text=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertTrue(done.stderr.startswith("plot_run.py: /dev/null: "), done.stderr)


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
