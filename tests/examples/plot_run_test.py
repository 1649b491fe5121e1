"""examples/plot_run.py on small files made here, so that each has one thing in it to get wrong."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

SOURCE = pathlib.Path(os.environ.get("TSCOLLECT_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
sys.path.insert(0, str(SOURCE / "examples"))

import plot_run  # noqa: E402

MISSING = np.iinfo(np.int64).min
SECOND = 1_000_000_000


def write_names(group, name, words):
    group.create_dataset(name, data=words, dtype=h5py.string_dtype())


def write_host(file, name, samples=10, interval=SECOND, ticks=None, disks=None, seed=0):
    """A host with a disk of two partitions, two interfaces, memory and load."""
    random = np.random.default_rng(seed)
    ticks = np.arange(samples) if ticks is None else np.asarray(ticks)
    disks = {"sda": 0, "sda1": 1, "dm-0": 0} if disks is None else disks
    group = file.require_group("hosts").create_group(name)
    group["tick"] = ticks.astype(np.int64)
    group["time"] = (1_780_000_000 * SECOND + ticks * interval).astype(np.int64)
    write_names(group, "disk", list(disks))
    group["disk_is_partition"] = np.array(list(disks.values()), dtype=np.int64)
    fields = ["sectors_read", "sectors_written"]
    write_names(group, "diskstats_field", fields)
    steps = random.integers(0, 2**21, size=(len(ticks), 1, 2))
    group["diskstats"] = np.repeat(steps.cumsum(axis=0), len(disks), axis=1).astype(np.int64)
    write_names(group, "interface", ["lo", "eth0"])
    write_names(group, "netdev_field", ["rx_bytes", "tx_bytes"])
    group["netdev"] = random.integers(0, 2**24, size=(len(ticks), 2, 2)).cumsum(axis=0)
    write_names(group, "meminfo_field", ["MemTotal", "MemAvailable"])
    available = 2**24 - random.integers(0, 2**22, size=(len(ticks), 1))
    group["meminfo"] = np.hstack([np.full((len(ticks), 1), 2**24), available])
    write_names(group, "loadavg_field", ["load_1min"])
    group["loadavg"] = random.random((len(ticks), 1)) * 4
    return group


class PlotRun(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name, "run.h5")
        self.file = h5py.File(self.path, "w")

    def tearDown(self):
        self.file.close()
        self.folder.cleanup()

    def host(self, name):
        return plot_run.Host(name, self.file["hosts"][name])

    def draw(self):
        return plot_run.draw(self.file, "run.h5")

    def test_a_disk_counts_once(self):
        group = write_host(self.file, "node1")
        grown = np.diff(group["diskstats"][:, 0, 0]) * 512.0
        np.testing.assert_array_equal(self.host("node1").disk_rate("sectors_read")[1:], grown)

    def test_loopback_is_no_network(self):
        group = write_host(self.file, "node1")
        grown = np.diff(group["netdev"][:, 1, 1]).astype(float)
        np.testing.assert_array_equal(self.host("node1").network_rate("tx_bytes")[1:], grown)

    def test_a_gap_in_the_ticks_is_not_joined(self):
        write_host(self.file, "node1", ticks=[0, 1, 2, 7, 8])
        host = self.host("node1")
        times, values = plot_run.with_gaps(host.tick, host.time, np.arange(5.0))
        np.testing.assert_array_equal(values, [0, 1, 2, np.nan, 3, 4])
        self.assertTrue(np.all(np.diff(times.astype(np.int64)) > 0))

    def test_a_missing_cell_is_no_number(self):
        group = write_host(self.file, "node1")
        group["meminfo"][4, 1] = MISSING
        group["diskstats"][4, :, :] = MISSING
        host = self.host("node1")
        self.assertEqual(np.flatnonzero(np.isnan(host.memory_available())).tolist(), [4])
        self.assertEqual(np.flatnonzero(np.isnan(host.disk_rate("sectors_read"))).tolist(),
                         [0, 4, 5])
        self.draw()

    def test_a_disk_that_appears_later_adds_to_the_others(self):
        group = write_host(self.file, "node1", disks={"sda": 0, "sdb": 0})
        group["diskstats"][:5, 1, :] = MISSING
        grown = np.diff(group["diskstats"][:, 0, 0]) * 512.0
        rate = self.host("node1").disk_rate("sectors_read")[1:]
        np.testing.assert_array_equal(rate, grown * np.where(np.arange(9) < 5, 1, 2))

    def test_a_counter_that_starts_again_gives_no_rate(self):
        group = write_host(self.file, "node1")
        group["diskstats"][6:, :, :] = group["diskstats"][6:, :, :] - group["diskstats"][6, :, :]
        self.assertTrue(np.isnan(self.host("node1").disk_rate("sectors_read")[6]))

    def test_hosts_are_summed_by_tick(self):
        write_host(self.file, "a", ticks=[0, 1, 2])
        write_host(self.file, "b", ticks=[1, 2, 3])
        hosts = [self.host("a"), self.host("b")]
        ticks, _, table = plot_run.on_common_ticks(hosts, [np.array([1.0, 2, 3])] * 2)
        self.assertEqual(ticks.tolist(), [0, 1, 2, 3])
        np.testing.assert_array_equal(np.nansum(table, axis=0), [1, 3, 5, 3])

    def test_few_hosts_get_a_line_each_and_a_legend(self):
        for i in range(3):
            write_host(self.file, f"node{i}", seed=i)
        figure = self.draw()
        self.assertEqual([text.get_text() for text in figure.axes[0].get_legend().get_texts()],
                         ["node0", "node1", "node2"])
        self.assertEqual(len(figure.axes[0].lines), 6)

    def test_many_hosts_are_summed(self):
        for i in range(50):
            write_host(self.file, f"node{i:02}", seed=i)
        figure = self.draw()
        self.assertIn("sum of 50 hosts", figure.axes[0].get_legend().get_texts()[0].get_text())
        self.assertEqual(len(figure.axes[0].lines), 2)
        self.assertEqual(len(figure.axes[2].collections), 1)

    def test_a_file_without_some_sources_says_so(self):
        group = write_host(self.file, "node1")
        for name in ("diskstats", "netdev", "disk", "interface"):
            del group[name]
        self.assertEqual(self.draw().axes[0].texts[0].get_text(), "not in the file")

    def test_the_program_writes_the_picture_beside_the_file(self):
        write_host(self.file, "node1", samples=1)
        self.file.close()
        program = [sys.executable, str(SOURCE / "examples/plot_run.py")]
        done = subprocess.run([*program, self.path], capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout.strip(), str(self.path.with_suffix(".png")))
        self.assertEqual(done.stderr, "")
        self.assertEqual(self.path.with_suffix(".png").read_bytes()[:4], b"\x89PNG")
        for bad in ("/no/such.h5", "/dev/null"):
            done = subprocess.run([*program, bad], capture_output=True, text=True, check=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertTrue(done.stderr.startswith(f"plot_run.py: {bad}: "), done.stderr)


if __name__ == "__main__":
    unittest.main()
