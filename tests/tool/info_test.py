"""tscollect info: what a person and a program can learn about a run's file."""

import csv
import io
import json
import pathlib
import shutil
import tempfile
import unittest

import h5py
import numpy

from run_texts import write_texts
from tscollect_program import COMPLETE, INCOMPLETE, make_file, roots, tscollect


class Info(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.made = cls.path("made.h5")
        make_file("write_sample_run", cls.made)
        cls.many = cls.path("many.h5")
        make_file("write_many_hosts", cls.many, 40)

    @classmethod
    def path(cls, name):
        return pathlib.Path(cls.folder.name, name)

    def info(self, *words, expect=COMPLETE):
        done = tscollect("info", *words)
        self.assertEqual(done.returncode, expect, done.stderr)
        return done.stdout

    def test_says_what_the_run_was(self):
        text = self.info(self.made)
        for words in (
            "completeness  incomplete",
            "started       2023-11-14T22:13:20.123Z",
            "duration      9.00 s",
            "stopped by    SIGUSR1",
            "samples       30 of 3 hosts (4 asked for)",
            "benchmark=ior",
            "SLURM_JOB_ID=4711",
        ):
            self.assertIn(words, text)

    def test_says_what_became_of_each_host(self):
        lines = self.info(self.made, "--all").splitlines()
        first = next(number for number, line in enumerate(lines) if line.startswith("Hosts, most trouble"))
        host = [line.split() for line in lines[first:] if line.startswith("  node")]
        self.assertEqual(host[0], ["node04", "missing", "0", "0", "0", "0", "0", "-", "-", "-"])
        self.assertEqual(host[1][:2], ["node02", "partial"])
        self.assertEqual([one[0] for one in host[2:4]], ["node01", "node/03"])
        self.assertEqual(host[2][:7], ["node01", "complete", "10", "0", "0", "0", "0"])
        self.assertIn("      did not answer", lines)

    def test_shows_only_hosts_with_trouble(self):
        text = self.info(self.made)
        table = text.partition("\nHosts with trouble\n")[2].partition("\n\n")[0]
        self.assertEqual([line.split()[0] for line in table.splitlines() if line.startswith("  node")],
                         ["node04", "node02"])
        whole = self.path("whole.h5")
        make_file("write_many_hosts", whole, 5)
        self.assertIn("\nHosts: 5 hosts, no trouble\n", self.info(whole))

    def test_says_what_the_collector_cost(self):
        text = " ".join(self.info(self.made, "--all").split())
        self.assertIn("a sample took 130 µs (p99 210 µs, longest 900 µs); collector: 12.3 ms of CPU", text)
        host = self.hosts_of(self.made)["node01"]
        self.assertEqual(host["sample_duration_ns"], {"p50": 130_000, "p99": 210_000, "max": 900_000})
        self.assertEqual(host["collector"]["cpu_ns"], 12_345_678)

    def hosts_of(self, path):
        return {host["name"]: host for host in json.loads(self.info(path, "--json"))["hosts"]}

    def test_tells_errors_gaps_and_what_was_left_out(self):
        text = self.info(self.made, "--all")
        self.assertNotIn("Gaps", text)
        self.assertIn("  meminfo: 1 time, 2023-11-14T22:13:24.123Z to", text)
        self.assertIn("      meminfo: cannot read: I/O error", text)
        self.assertIn("diskstats: loop0, loop1; on node02, node01, node/03", text)

    def test_tells_counters_that_fell(self):
        text = self.info(self.made)
        self.assertIn("Counter resets", text)
        self.assertIn("  node02: vmstat at 2023-11-14T22:13:26.123Z: pgfault", text)
        report = json.loads(self.info(self.made, "--json"))
        hosts = {host["name"]: host for host in report["hosts"]}
        self.assertEqual(hosts["node02"]["counter_resets"], 1)
        self.assertEqual(hosts["node02"]["resets"][0]["fields"], "pgfault")
        self.assertEqual(hosts["node01"]["resets"], [])

    def test_names_the_hosts_that_are_not_whole(self):
        text = self.info(self.made)
        self.assertIn("  partial       node02\n", text)
        self.assertIn("  missing       node04\n", text)
        report = json.loads(self.info(self.made, "--json"))
        self.assertEqual((report["hosts_partial"], report["hosts_missing"]), (["node02"], ["node04"]))

    def test_tells_a_line_about_each_of_several_runs(self):
        lines = self.info(self.made, self.many).splitlines()
        self.assertEqual(lines[0].split()[:4], ["file", "completeness", "started", "duration"])
        self.assertIn("write MB/s", lines[0])
        self.assertEqual(len(lines), 3)
        made = lines[1].split()
        self.assertEqual(made[:3], [str(self.made), "incomplete", "2023-11-14T22:13:20.123Z"])
        self.assertIn("9.00 s", lines[1])
        self.assertIn("3 of 4", lines[1])

    def test_several_runs_are_lines_for_programs(self):
        reports = [json.loads(line) for line in self.info("--json", self.made, self.many).splitlines()]
        self.assertEqual([report["file"] for report in reports], [str(self.made), str(self.many)])
        self.assertEqual(len(reports[1]["hosts"]), 40)
        self.assertEqual(reports[0], json.loads(self.info("--json", self.made)))

    def test_a_run_that_cannot_be_read_hides_no_other(self):
        done = tscollect("info", self.made, self.path("nowhere.h5"), self.many)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(len(done.stdout.splitlines()), 3)
        self.assertIn("nowhere.h5: cannot open: No such file or directory", done.stderr)

    def test_is_as_long_as_its_ticks(self):
        """Whatever wall clocks say: node01's was set back an hour and forth a day."""
        stepped = self.path("stepped.h5")
        shutil.copy(self.made, stepped)
        with h5py.File(stepped, "r+") as file:
            time = file["hosts/node01/time"]
            time[4:] = time[4:] - 3600 * 10**9
            time[7:] = time[7:] + 90000 * 10**9
            file["host_table/last"][0] = time[-1]
        for option in ("--all", "--json"):
            def told(path):
                return "\n".join(line for line in self.info(option, path).splitlines()
                                 if "last_time" not in line).replace(str(path), "FILE")
            self.assertEqual(told(stepped), told(self.made))

    def test_fits_a_terminal(self):
        for path in (self.made, self.many):
            for line in self.info(path, "--all").splitlines()[1:]:
                self.assertLessEqual(len(line), 100, line)

    def test_sorts_hosts_by_trouble_and_then_as_people_count(self):
        text = self.info(self.many)
        table = text.partition("\nHosts with trouble\n")[2].partition("\n\n")[0]
        self.assertEqual([line.split()[0] for line in table.splitlines() if line.startswith("  node")],
                         ["node007", "node030"])
        late = self.path("late.h5")
        shutil.copy(self.many, late)
        with h5py.File(late, "r+") as file:
            table = file["host_table"]
            names = list(table["host"].asstr()[:])
            write_texts(table["host"], [name.replace("node0", "node").replace("node0", "node") for name in names])
            for old in names:
                new = old.replace("node0", "node").replace("node0", "node")
                if old in file["hosts"] and old != new:
                    file.move(f"hosts/{old}", f"hosts/{new}")
            for name in ("node10", "node2", "node12"):
                row = list(table["host"].asstr()[:]).index(name)
                table["late"][row] = 2 if name == "node12" else 1
        names = [host["name"] for host in json.loads(self.info(late, "--json"))["hosts"]]
        self.assertEqual(names[:7], ["node7", "node30", "node12", "node2", "node10", "node0", "node1"])

    def test_shows_no_more_than_20_hosts_with_trouble(self):
        troubled = self.path("troubled.h5")
        shutil.copy(self.many, troubled)
        with h5py.File(troubled, "r+") as file:
            file["host_table/missed"][:] = 5
        text = self.info(troubled)
        table = text.partition("\nHosts with trouble\n")[2].partition("\n\n")[0]
        self.assertEqual(len([line for line in table.splitlines() if line.startswith("  node")]), 20)
        self.assertIn("and 20 hosts with less trouble", table)
        self.assertIn("\nnode039\n", self.info(troubled, "--all"))

    def test_says_what_each_phase_did(self):
        """By its own numbers: 9 seconds of two disks at so many requests, 4 of them in a phase."""
        phases = self.path("phases.csv")
        phases.write_text("name,begin,end\nfirst half,0,4\nrest,4,9\n")
        report = json.loads(self.info(self.made, "--json", "--phases", phases))
        self.assertEqual([(phase["name"], phase["origin"], phase["seconds"]) for phase in report["phases"][1:]],
                         [("first half", "marked", 4), ("rest", "marked", 5)])
        rates = list(csv.DictReader(io.StringIO(tscollect("rates", self.made, "--per", "run").stdout)))
        for phase, rows in (("first half", slice(0, 4)), ("rest", slice(4, 9)), ("run", slice(0, 9))):
            metrics = next(one for one in report["phases"] if one["name"] == phase)["metrics"]
            self.assertGreaterEqual(set(metrics), {"disk.read.iops", "memory.available", "load.1min"})
            for name in ("disk.read.iops", "load.1min"):
                values = [float(row["value"]) for row in rates if row["metric"] == name][rows]
                self.assertAlmostEqual(metrics[name]["mean"], sum(values) / len(values), 3, (phase, name))
                self.assertAlmostEqual(metrics[name]["peak"], max(values), 3)
                self.assertAlmostEqual(metrics[name]["lowest"], min(values), 3)
        text = self.info(self.made, "--phases", phases)
        self.assertRegex(text, r"\n  first half +0\.00 +4\.00 ")

    def test_names_the_slowest_host_and_the_least_memory(self):
        moved = self.path("moved.h5")
        make_file("write_many_hosts", moved, 5, 20)
        with h5py.File(moved, "r+") as file:
            for number in range(5):
                host = file[f"hosts/node00{number}"]
                fields = host["diskstats_field"]
                fields[:] = ["sectors_read", "sectors_written"]
                pace = 0.25 if number == 3 else 1.0
                for disk in range(2):
                    host["diskstats"][:, disk, 0] = (numpy.arange(20) * 100_000 * pace).astype(int)
                    host["diskstats"][:, disk, 1] = 0
                host["meminfo"][:] = 2**20 * (50 if number != 2 else 7)
        report = json.loads(self.info(moved, "--json"))["phases"][0]
        slowest = report["slowest_host"]
        self.assertEqual((slowest["name"], slowest["metric"]), ("node003", "disk.read.throughput"))
        self.assertAlmostEqual(slowest["mean"] / slowest["median_of_hosts"], 0.25, 3)
        text = self.info(moved)
        self.assertIn("run: slowest is node003, with 12.8 MB/s (disk.read.throughput), 25 % of the median host",
                      " ".join(text.split()))
        self.assertEqual([phase["name"] for phase in json.loads(self.info(moved, "--json"))["phases"]],
                         ["run", "read 1"])
        self.assertIn("read 1 (found)", text)

    def test_tells_devices_by_role(self):
        recorded = self.path("roles.h5")
        make_file("record_tree", recorded, 4, *roots("linux-5.14"))
        with h5py.File(recorded, "r+") as file:
            host = file["hosts/node1"]
            shape = host["diskstats"].shape
            host["diskstats"][:] = numpy.arange(shape[0])[:, None, None] * numpy.ones(shape, int) * 100
        text = self.info(recorded)
        disks = text.partition("\nDisks, over the whole run\n")[2].partition("\n\n")[0]
        self.assertRegex(disks, r"(?m)^  sda ")
        self.assertNotIn("sda1", text)
        self.assertIn("\nPartitions, over the whole run\n", self.info(recorded, "--all"))
        devices = self.hosts_of(recorded)["node1"]["devices"]
        roles = {device["name"]: (device["role"], device["counted"]) for device in devices}
        self.assertEqual(roles["sda"], ("disk", True))
        self.assertEqual(roles["sda1"], ("partition", False))

    def test_says_the_same_to_programs(self):
        report = json.loads(self.info(self.made, "--json"))
        self.assertEqual(report["completeness"], "incomplete")
        hosts = {host["name"]: host for host in report["hosts"]}
        self.assertEqual(hosts["node04"]["state"], "missing")
        self.assertEqual(hosts["node02"]["errors"][0]["count"], 1)
        self.assertEqual(hosts["node01"]["clock_offset"]["start"]["offset_ns"], -1500)
        counters = {c["field"]: c["per_second"]["mean"] for c in hosts["node01"]["counters"]}
        self.assertAlmostEqual(counters["pgfault"], 3, places=6)
        self.assertEqual(len(json.loads(self.info(self.many, "--json"))["hosts"]), 40)

    def test_makes_no_absurd_rates_of_a_counter_that_falls(self):
        """node/03's pgfault goes down from 2^64-1: no rate at all, rather than one of 2^64."""
        report = json.loads(self.info(self.made, "--json"))
        host = next(host for host in report["hosts"] if host["name"] == "node/03")
        self.assertNotIn("pgfault", [counter["field"] for counter in host["counters"]])

    def test_goes_on_past_a_host_that_cannot_be_read(self):
        broken = self.path("broken.h5")
        shutil.copy(self.made, broken)
        with h5py.File(broken, "r+") as file:
            del file["hosts/node01/time"]
        done = tscollect("info", broken)
        self.assertEqual(done.returncode, INCOMPLETE)
        self.assertIn("node01", done.stderr)
        self.assertIn("  node02 ", done.stdout)
        self.assertIn("node01", done.stdout)


if __name__ == "__main__":
    unittest.main()
