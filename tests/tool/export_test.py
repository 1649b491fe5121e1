"""tscollect export: a recorded run comes out as JSON and CSV with every value it had."""

import csv
import dataclasses
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import h5py
import numpy
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
            data.pop("phases", None)  # likewise
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

    def mlpstorage(self, path, *words):
        text = self.export(path, "-f", "mlpstorage", *words)
        data = json.loads(text)
        self.assertEqual(text, json.dumps(TimeSeriesData.from_dict(data).to_dict(), indent=2),
                         "what the benchmark would write, to the byte")
        return data

    def test_mlpstorage_is_the_benchmarks_own_file(self):
        """The five sources alone, times of whole seconds, its member order, its methods."""
        five = {"diskstats", "vmstat", "meminfo", "loadavg", "netdev"}
        data = self.mlpstorage(self.recorded)
        self.assertEqual(data["collection_method"], "ssh")
        for fixture, samples in zip(FIXTURES, data["samples_by_host"].values()):
            expected = proc_text.sample(roots(fixture)[0])
            self.assertEqual(len(samples), SAMPLES)
            for sample in samples:
                self.assertEqual({name: sample[name] for name in five}, {name: expected[name] for name in five})
                self.assertRegex(sample["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertRegex(data["start_time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(self.mlpstorage(self.recorded, "--host", "node1")["collection_method"], "local")
        data = self.mlpstorage(self.made, "--from", "2", "--to", "4.5")
        self.assertEqual(data["num_samples"], sum(map(len, data["samples_by_host"].values())))
        self.assertEqual(data["hosts_requested"], ["node01", "node02", "node/03", "node04"])
        self.assertEqual(data["hosts_collected"], ["node01", "node02", "node/03"])
        self.assertEqual(data["samples_by_host"]["node04"], [])
        gap = data["samples_by_host"]["node02"][-1]
        self.assertEqual((gap.get("meminfo"), gap["errors"]),
                         (None, {"meminfo": "meminfo: cannot read: I/O error"}))

    def test_mlpstorage_leaves_out_rows_that_its_parsers_skip(self):
        path = pathlib.Path(self.folder.name, "old_partitions.h5")
        make_file("record_tree", path, 1, *roots("linux-2.6.18"))
        (samples,) = self.mlpstorage(path)["samples_by_host"].values()
        lines = (roots("linux-2.6.18")[0] / "diskstats").read_text().splitlines()
        self.assertEqual([row["device_name"] for row in samples[0]["diskstats"]],
                         [line.split()[2] for line in lines if len(line.split()) >= 14])
        self.assertTrue(any(len(line.split()) < 14 for line in lines))

    def test_mlpstorage_has_the_hosts_as_the_benchmark_was_given_them(self):
        data = self.mlpstorage(self.recorded, "--hosts", "NODE2.cluster:4, localhost:4,localhost:8")
        self.assertEqual({host: samples[0]["hostname"] for host, samples in data["samples_by_host"].items()},
                         {"NODE2.cluster": "node2", "localhost": "node1"})
        self.assertEqual(data["hosts_requested"], ["NODE2.cluster", "localhost"])
        self.assertEqual(data["hosts_requested"], data["hosts_collected"])
        addressed = pathlib.Path(self.folder.name, "addressed.h5")
        shutil.copy(self.recorded, addressed)
        with h5py.File(addressed, "r+") as file:
            file["hosts/node1"].attrs["addresses"] = numpy.array([b"eth0 10.0.0.7", b"eth0 fe80::7"])
            file["hosts/node2"].attrs["addresses"] = numpy.array([b"eth0 10.0.0.77"])
        data = self.mlpstorage(addressed, "--hosts", "10.0.0.77:1,10.0.0.7:1")
        self.assertEqual({host: samples[0]["hostname"] for host, samples in data["samples_by_host"].items()},
                         {"10.0.0.77": "node2", "10.0.0.7": "node1"})
        data = self.mlpstorage(self.recorded, "--hosts", "node2")
        self.assertEqual((list(data["samples_by_host"]), data["num_samples"]), (["node2"], SAMPLES))
        data = self.mlpstorage(self.recorded, "--hosts", "node1,node2,node9")
        self.assertEqual((data["samples_by_host"]["node9"], data["hosts_collected"]), ([], ["node1", "node2"]))
        for words, told in ((("-f", "mlpstorage", "--hosts", "a,b"), "--hosts: a is no name or address"),
                            (("--hosts", "node1"), "only together with -f mlpstorage"),
                            (("-f", "mlpstorage", "--benchmark", "../x"), "a name of small letters")):
            done = tscollect("export", self.recorded, *words)
            self.assertEqual((done.returncode, done.stdout), (USAGE, ""), words)
            self.assertIn(told, done.stderr)

    def test_mlpstorage_has_the_benchmarks_file_name_in_a_folder(self):
        results = pathlib.Path(self.folder.name, "results", "20260124_222000")
        results.mkdir(parents=True)
        self.export("-f", "mlpstorage", "--benchmark", "kv_cache", "-o", results, self.made)
        self.export("-f", "mlpstorage", "-o", results.parent, self.made)
        self.assertEqual([path.name for path in sorted(results.parent.rglob("*.json"))],
                         ["kv_cache_20260124_222000_timeseries.json", "training_20231114_221320_timeseries.json"])
        (written, _) = sorted(results.parent.rglob("*.json"))
        self.assertEqual(written.read_text(), self.export("-f", "mlpstorage", self.made))

    def test_mlpstorage_spares_a_sidecar_of_that_name_in_a_folder(self):
        results = pathlib.Path(self.folder.name, "sidecar", "20260124_222000")
        results.mkdir(parents=True)
        run = results / "training_20260124_222000_timeseries.h5"
        shutil.copyfile(self.made, run)
        sidecar = run.with_suffix(".json")
        sidecar.write_text("{}")
        done = tscollect("export", "-f", "mlpstorage", "-o", results, run)
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("is the sidecar of the file to be read", done.stderr)
        self.assertEqual(sidecar.read_text(), "{}")

    def test_csv_agrees_with_json(self):
        table = pandas.read_csv(io.StringIO(self.export(self.made, "-f", "csv")), dtype=str)
        data = json.loads(self.export(self.made))
        samples = [s for host in data["samples_by_host"].values() for s in host]
        self.assertEqual(len(table), len(samples))
        for (_, row), sample in zip(table.iterrows(), samples):
            self.assertEqual({name.partition(" [")[0]: cell for name, cell in row.dropna().drop(["tick", "phase"], errors="ignore").items()},
                             self.flat(sample) | {"timestamp": row.timestamp})
            self.assertRegex(row.timestamp, sample["timestamp"][:-1] + r"\d{6}Z$")
        self.assertEqual(list(table["tick"][:3]), ["0", "1", "2"])
        self.assertIn("meminfo.MemAvailable [KiB]", table.columns)
        self.assertEqual(table.timestamp[0], "2023-11-14T22:13:20.123456789Z")

    def test_csv_is_one_table_over_hosts_of_different_kernels(self):
        table = pandas.read_csv(io.StringIO(self.export(self.recorded, "-f", "csv")))
        self.assertEqual(list(table.columns[:3]), ["hostname", "timestamp", "tick"])
        self.assertEqual(list(table["hostname"]), ["node1"] * SAMPLES + ["node2"] * SAMPLES)
        newest = table[table["hostname"] == "node2"]
        expected = proc_text.sample(roots("linux-6.18")[0])
        units = {name.partition(" [")[0]: name for name in table.columns}
        for key, value in expected["meminfo"].items():
            self.assertTrue((newest[units[f"meminfo.{key}"]] == value).all(), key)
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

    def test_exports_a_part_in_every_format(self):
        part = ("--host", "node0[12]", "--source", "diskstats,meminfo", "--device", "*1", "--field", "*e*",
                "--from", "2", "--to", "4.5")
        data = json.loads(self.export(self.made, *part))
        self.assertEqual(list(data["samples_by_host"]), ["node01", "node02"])
        whole = json.loads(self.export(self.made))["samples_by_host"]
        disks = {row["device_name"] for row in whole["node01"][0]["diskstats"]}
        wanted = {name for name in disks if name.endswith("1")}
        for host, samples in data["samples_by_host"].items():
            self.assertEqual([sample["timestamp"] for sample in samples],
                             [sample["timestamp"] for sample in whole[host]][2:5])
            for sample, full in zip(samples, whole[host][2:5]):
                self.assertLessEqual(set(sample), {"timestamp", "hostname", "diskstats", "meminfo", "errors"})
                self.assertEqual(sample.get("meminfo"), full.get("meminfo") and
                                 {name: value for name, value in full["meminfo"].items() if "e" in name})
                self.assertEqual({row["device_name"] for row in sample["diskstats"]} - wanted, set())
        table = pandas.read_csv(io.StringIO(self.export(self.made, "-f", "csv", *part)))
        self.assertEqual(list(table.tick), [2, 3, 4] * 2)
        for name in table.columns[4:]:
            source, *_ = name.split(".")
            self.assertIn(source, ("diskstats", "meminfo"))
        text = self.export(self.made, "-f", "openmetrics", *part)
        self.assertEqual({line.split("{")[0] for line in text.splitlines() if line[0] != "#"},
                         {f"tscollect_{name}" for name in self.families(text)})
        self.assertEqual(len([line for line in text.splitlines() if line.startswith("tscollect_meminfo_MemAvailable{")]),
                         5, "one cell is missing")

    @staticmethod
    def families(text):
        """Names of samples that the heads of families allow."""
        names = set()
        for name, kind in re.findall(r"^# TYPE tscollect_(\S+) (\S+)$", text, re.MULTILINE):
            names.add(f"{name}_total" if kind == "counter" else name)
        return names

    def test_openmetrics_has_every_value(self):
        """As its specification says: families together, a series in the order of its times, # EOF."""
        text = self.export(self.made, "-f", "openmetrics")
        self.assertTrue(text.endswith("# EOF\n"))
        family, families, latest, values = None, [], {}, {}
        for line in text.splitlines()[:-1]:
            if line.startswith("# TYPE "):
                family = line.split()[2]
                self.assertNotIn(family, families)
                families.append(family)
            elif not line.startswith("#"):
                match = re.fullmatch(r'([a-zA-Z_][a-zA-Z0-9_]*)\{((?:\w+="(?:[^"\\]|\\.)*",?)*)\} (\S+) (\d+\.\d{9})', line)
                self.assertIsNotNone(match, line)
                name, labels, value, time = match.groups()
                self.assertIn(name, (family, f"{family}_total"))
                self.assertLess(latest.get((name, labels), ""), time)
                latest[name, labels] = time
                values[name, labels, time] = value
        count = 0
        for host, samples in json.loads(self.export(self.made))["samples_by_host"].items():
            for row, sample in enumerate(samples):
                time = f"{1700000000 + row}.123456789"
                for source in ("vmstat", "meminfo", "diskstats"):
                    for one in sample.get(source) and (sample[source] if source == "diskstats" else [sample[source]]) or []:
                        labels = f'host="{host}"' + (f',disk="{one["device_name"]}"' if "device_name" in one else "")
                        for field, cell in one.items():
                            if field == "device_name":
                                continue
                            name = f"tscollect_{source}_{field}"
                            told = values.get((name, labels, time)) or values.get((f"{name}_total", labels, time))
                            self.assertEqual(told, str(cell), (name, labels, time))
                            count += 1
        self.assertGreater(count, 200)

    def test_perfetto_has_tracks_for_each_host_and_phases_as_slices(self):
        phases = pathlib.Path(self.folder.name, "phases.csv")
        phases.write_text('name,begin,end\n"first, ""half""",0,4\nrest,4,9\n')
        trace = json.loads(self.export(self.made, "-f", "perfetto", "--phases", phases))
        self.assertEqual(trace["otherData"]["start"][:23], "2023-11-14T22:13:20.123")
        events = trace["traceEvents"]
        names = {event["pid"]: event["args"]["name"] for event in events if event["ph"] == "M"}
        self.assertEqual(sorted(names.values()), ["node/03", "node01", "node02", "run"])
        slices = [(event["name"], event["ts"], event["dur"]) for event in events if event["ph"] == "X"]
        self.assertEqual(slices, [('first, "half"', 0, 4e6), ("rest", 4e6, 5e6)])
        rates = list(csv.DictReader(io.StringIO(tscollect("rates", self.made, "--host", "node01",
                                                          "-m", "disk.read.iops").stdout)))
        (process,) = [pid for pid, name in names.items() if name == "node01"]
        for disk in {row["device"] for row in rates}:
            told = [event["args"]["1/s"] for event in events
                    if event["ph"] == "C" and event["pid"] == process and event["name"] == f"disk.read.iops {disk}"]
            self.assertEqual(told, [float(row["value"]) for row in rates if row["device"] == disk])
        counters = [event for event in events if event["ph"] == "C"]
        self.assertTrue(all(event["ts"] >= 0 for event in counters))

    def test_marked_phases_are_in_every_format(self):
        """write has one within it, and read follows."""
        inner = 'größer\n"1"'
        told = json.loads(self.export(self.made))["phases"]
        self.assertEqual([(phase["name"], phase.get("host"), phase["level"]) for phase in told],
                         [("write", "node01", 0), (inner, "node/03", 1), ("read", None, 0)])
        self.assertEqual(told[0]["begin"], "2023-11-14T22:13:21.123456789Z")
        table = pandas.read_csv(io.StringIO(self.export(self.made, "-f", "csv", "--host", "node01")),
                                keep_default_na=False)
        self.assertEqual(list(table.columns[:4]), ["hostname", "timestamp", "tick", "phase"])
        shown = inner.replace("\n", "\\x0a")
        self.assertEqual(list(table.phase), ["", "write", shown, "write", "write", *["read"] * 4, ""])
        self.assertEqual(table.groupby("phase").size()["read"], 4)
        text = self.export(self.made, "-f", "openmetrics")
        series = [line for line in text.splitlines() if line.startswith("tscollect_phase{")]
        self.assertEqual(series, [
            f'tscollect_phase{{phase="{name}",origin="marked"}} {value} {1700000000 + second}.{fraction}'
            for name, second, length, fraction, end in (
                (shown.replace("\\", "\\\\").replace('"', '\\"'), 2, 1, "123456789", "123456790"),
                ("read", 5, 4, "123456789", "123456789"), ("write", 1, 4, "123456789", "123456789"))
            for value, second, fraction in ((1, second, fraction), (0, second + length, end))])
        self.assertNotIn("tscollect_phase", self.export(self.made, "-f", "openmetrics", "--source", "meminfo"))
        events = json.loads(self.export(self.made, "-f", "perfetto"))["traceEvents"]
        slices = [(event["name"], event["cat"], event["tid"], round(event["dur"])) for event in events
                  if event["ph"] == "X"]
        self.assertEqual(slices, [("write", "marked", 1, 4e6), (inner, "marked", 1, 1e6), ("read", "marked", 1, 4e6)])
        part = json.loads(self.export(self.made, "--host", "node01", "--phase", "read"))
        self.assertEqual(len(part["samples_by_host"]["node01"]), 4)

    def test_a_long_phase_is_said_again_each_minute(self):
        path = pathlib.Path(self.folder.name, "long_phase.h5")
        make_file("write_many_hosts", path, 1, 200)
        phases = pathlib.Path(self.folder.name, "long.csv")
        phases.write_text("a,0,150\nb,150,190\nb,190,195\n")
        self.assertEqual(tscollect("mark", "--into", path, "--phases", phases).returncode, COMPLETE)
        times = {}
        for name, value, time in re.findall(r'^tscollect_phase\{phase="(\w)",origin="marked"\} (\d) (\S+)$',
                                            self.export(path, "-f", "openmetrics"), re.MULTILINE):
            times.setdefault(name, []).append((int(value), round(float(time) - 1700000000.123)))
        self.assertEqual(times, {"a": [(1, 0), (1, 60), (1, 120), (0, 150)], "b": [(1, 150), (0, 195)]})

    def test_phases_that_overlap_stand_on_tracks_of_their_own(self):
        phases = pathlib.Path(self.folder.name, "overlapping.csv")
        phases.write_text("a,0,4\nb,2,6\nc,3,4\nd,6,8\n")
        events = json.loads(self.export(self.made, "-f", "perfetto", "--phases", phases))["traceEvents"]
        self.assertEqual([(event["name"], event["tid"]) for event in events if event["ph"] == "X"],
                         [("a", 1), ("b", 2), ("c", 1), ("d", 1)])

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
        for form in ("csv", "openmetrics", "perfetto"):
            done = tscollect("export", self.made, "-f", form, "-o", self.made)
            self.assertEqual(done.returncode, USAGE)
        self.assertEqual(self.made.read_bytes(), before)

    def test_refuses_an_unknown_format(self):
        done = tscollect("export", self.made, "--format", "xml")
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("xml", done.stderr)


if __name__ == "__main__":
    unittest.main()
