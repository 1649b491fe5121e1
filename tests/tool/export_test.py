"""tscollect export: a recorded run comes out as JSON and CSV with every value it had."""

import dataclasses
import io
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import pandas

import proc_text
from reference_model import TimeSeriesData, TimeSeriesSample
from tscollect_program import COMPLETE, PROGRAM, USAGE, make_file, peak_mib, roots, tscollect

SAMPLES = 5
FIXTURES = ["linux-3.10", "linux-6.18"]


class Export(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.recorded = pathlib.Path(cls.folder.name, "recorded.h5")
        pairs = [root for fixture in FIXTURES for root in roots(fixture)]
        make_file("record_tree", cls.recorded, SAMPLES, *pairs)
        cls.made = pathlib.Path(cls.folder.name, "made.h5")
        make_file("write_sample_run", cls.made)

    def export(self, *words):
        done = tscollect("export", *words)
        self.assertEqual((done.returncode, done.stderr), (COMPLETE, ""))
        return done.stdout

    @unittest.skipIf(os.environ.get("TSCOLLECT_SANITIZE"), "the sanitizers have their own memory")
    def test_memory_does_not_grow_with_the_length_of_a_run(self):
        """A host of 60,000 samples is 9 MB as it is read, and some hundred as samples."""
        peaks = {}
        for samples in (3, 60_000):
            path = pathlib.Path(self.folder.name, f"long{samples}.h5")
            make_file("write_many_hosts", path, 1, samples)
            peaks[samples] = peak_mib("export", "-f", "csv", path)
        self.assertLess(peaks[60_000], peaks[3] + 5, "MiB")

    def test_json_has_every_value_of_every_sample(self):
        data = json.loads(self.export(self.recorded))
        self.assertEqual(list(data["samples_by_host"]), ["node1", "node2"])
        for fixture, samples in zip(FIXTURES, data["samples_by_host"].values()):
            expected = proc_text.sample(roots(fixture)[0])
            self.assertEqual(len(samples), SAMPLES)
            for sample in samples:
                self.assertEqual({name: sample[name] for name in expected}, expected)

    def test_json_round_trips_through_the_reference_data_classes(self):
        for path, beyond in ((self.recorded, {"cpu", "pressure"}), (self.made, {"wide"})):
            data = json.loads(self.export(path, "--format", "json"))
            back = TimeSeriesData.from_dict(data).to_dict()
            samples = [s for host in data["samples_by_host"].values() for s in host]
            known = {field.name for field in dataclasses.fields(TimeSeriesSample)}
            self.assertEqual({key for s in samples for key in s} - known, beyond)
            for sample in samples:  # a source that the reference does not have is lost on it
                for name in beyond & set(sample):
                    del sample[name]
            self.assertEqual(back, data)

    def test_json_keeps_what_is_odd(self):
        data = TimeSeriesData.from_dict(json.loads(self.export(self.made)))
        self.assertEqual(data.collection_method, "mpi")
        self.assertEqual(data.hosts_requested, ["node01", "node02", "node/03", "node04"])
        self.assertEqual(list(data.samples_by_host), ["node01", "node02", "node/03"])
        gap = data.samples_by_host["node02"][4]
        self.assertIsNone(gap.meminfo)
        self.assertEqual(gap.errors, {"meminfo": "meminfo: cannot read: I/O error"})
        self.assertEqual(data.samples_by_host["node/03"][0].vmstat["pgfault"], 2**64 - 1)
        self.assertEqual(data.samples_by_host["node01"][0].meminfo["MemTotal"], 2**53 + 1)
        early = data.samples_by_host["node02"][0]
        self.assertEqual([disk["device_name"] for disk in early.diskstats], ["sda"])

    def test_csv_agrees_with_json(self):
        table = pandas.read_csv(io.StringIO(self.export(self.made, "-f", "csv")), dtype=str)
        data = json.loads(self.export(self.made))
        samples = [s for host in data["samples_by_host"].values() for s in host]
        self.assertEqual(len(table), len(samples))
        for (_, row), sample in zip(table.iterrows(), samples):
            self.assertEqual(row.dropna().drop("tick").to_dict(), self.flat(sample))
        self.assertEqual(list(table["tick"][:3]), ["0", "1", "2"])

    def test_csv_is_one_table_over_hosts_of_different_kernels(self):
        table = pandas.read_csv(io.StringIO(self.export(self.recorded, "-f", "csv")))
        self.assertEqual(list(table.columns[:3]), ["hostname", "timestamp", "tick"])
        self.assertEqual(list(table["hostname"]), ["node1"] * SAMPLES + ["node2"] * SAMPLES)
        newest = table[table["hostname"] == "node2"]
        expected = proc_text.sample(roots("linux-6.18")[0])
        for key, value in expected["meminfo"].items():
            self.assertTrue((newest[f"meminfo.{key}"] == value).all(), key)
        self.assertTrue(pandas.api.types.is_datetime64_any_dtype(pandas.to_datetime(table.timestamp)))

    @staticmethod
    def flat(sample):
        """A sample as the cells of its row in the CSV."""
        cells = {"hostname": sample["hostname"], "timestamp": sample["timestamp"]}
        for source, values in sample.items():
            if source in ("hostname", "timestamp", "errors"):
                continue
            for row in values if isinstance(values, list) else [values]:
                names = [source] + [row[key] for key in row if key.endswith("_name")]
                for field, value in row.items():
                    if not field.endswith("_name"):
                        cells[".".join(names + [field])] = str(value).removesuffix(".0")
        return cells

    def test_writes_to_a_file_and_replaces_it(self):
        with tempfile.TemporaryDirectory() as folder:
            target = pathlib.Path(folder, "run.csv")
            target.write_text("old")
            self.assertEqual(self.export(self.made, "-f", "csv", "-o", target), "")
            self.assertEqual(target.read_text(), self.export(self.made, "-f", "csv"))
            self.assertEqual([path.name for path in target.parent.iterdir()], ["run.csv"])

    def test_never_writes_over_a_sidecar(self):
        folder = pathlib.Path(self.folder.name, "runs")
        folder.mkdir()
        for name in ("run", "other"):
            make_file("write_sample_run", folder / f"{name}.h5", "sidecar")
        (folder / "link.json").symlink_to("run.json")
        (folder / "hard.json").hardlink_to(folder / "run.json")
        before = (folder / "run.json").read_bytes()
        for name in ("run.json", "link.json", "hard.json", "other.json"):
            done = tscollect("export", "-o", folder / name, folder / "run.h5")
            self.assertEqual(done.returncode, USAGE, name)
            self.assertIn("the sidecar of", done.stderr)
        self.assertEqual((folder / "run.json").read_bytes(), before)
        (folder / "plain.json").write_text("{}")
        done = tscollect("export", "-o", folder / "plain.json", folder / "run.h5")
        self.assertEqual(done.returncode, COMPLETE, done.stderr)

    def test_never_writes_over_its_input(self):
        before = self.made.read_bytes()
        done = tscollect("export", self.made, "-o", self.made)
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("is the file to be read", done.stderr)
        self.assertEqual(self.made.read_bytes(), before)

    def test_refuses_an_unknown_format(self):
        done = tscollect("export", self.made, "--format", "xml")
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("xml", done.stderr)


if __name__ == "__main__":
    unittest.main()
