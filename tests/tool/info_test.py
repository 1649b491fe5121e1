"""tscollect info: what a person and a program can learn about a run's file."""

import json
import pathlib
import shutil
import tempfile
import unittest

import h5py

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
        lines = self.info(self.made).splitlines()
        host = [line.split() for line in lines if line.startswith("  node")]
        self.assertEqual(host[0][:6], ["node01", "complete", "10", "0", "0", "0"])
        self.assertEqual(host[1][:2], ["node02", "partial"])
        self.assertEqual(host[3], ["node04", "missing", "0", "0", "0", "0", "-", "-", "-"])
        self.assertIn("      did not answer", lines)

    def test_says_what_the_collector_cost(self):
        text = " ".join(self.info(self.made).split())
        self.assertIn("a sample took 130 µs (p99 210 µs, longest 900 µs); collector: 12.3 ms of CPU", text)
        host = json.loads(self.info(self.made, "--json"))["hosts"][0]
        self.assertEqual(host["sample_duration_ns"], {"p50": 130_000, "p99": 210_000, "max": 900_000})
        self.assertEqual(host["collector"]["cpu_ns"], 12_345_678)

    def test_tells_errors_gaps_and_what_was_left_out(self):
        text = self.info(self.made)
        self.assertIn("Gaps: none", text)
        self.assertIn("  meminfo: 1 time, 2023-11-14T22:13:24.123Z to", text)
        self.assertIn("      meminfo: cannot read: I/O error", text)
        self.assertIn("diskstats: loop0, loop1; on node01, node02, node/03", text)

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

    def test_shows_the_hosts_with_most_trouble_first_when_there_are_many(self):
        text = self.info(self.many)
        hosts = [line.split()[0] for line in text.splitlines() if line.startswith("  node")]
        self.assertEqual(len(hosts), 20)
        self.assertEqual(hosts[:3], ["node007", "node030", "node000"])
        self.assertIn("and 20 hosts with less trouble, here and below; --all shows every host", text)
        everything = self.info(self.many, "--all")
        self.assertIn("\nnode039\n", everything)
        self.assertNotIn("less trouble", everything)

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

    def test_says_what_a_recorded_host_is(self):
        recorded = self.path("recorded.h5")
        make_file("record_tree", recorded, 3, *roots("linux-5.14"))
        report = json.loads(self.info(recorded, "--json"))
        names = [disk["name"] for disk in report["hosts"][0]["disks"]]
        self.assertIn("sda", names)
        self.assertNotIn("sda1", names)

    def test_goes_on_past_a_host_that_cannot_be_read(self):
        broken = self.path("broken.h5")
        shutil.copy(self.made, broken)
        with h5py.File(broken, "r+") as file:
            del file["hosts/node01/time"]
        done = tscollect("info", broken)
        self.assertEqual(done.returncode, INCOMPLETE)
        self.assertIn("node01", done.stderr)
        self.assertIn("\nnode02\n", done.stdout)


if __name__ == "__main__":
    unittest.main()
