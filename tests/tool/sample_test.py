"""tscollect sample: one sample as JSON, compared with an independent reading of the same files."""

import datetime
import json
import pathlib
import shutil
import socket
import tempfile
import unittest

import proc_text
from reference_model import TimeSeriesSample
from tscollect_program import COMPLETE, INCOMPLETE, NOTHING, USAGE, roots, tscollect


def sample(*words, expect=COMPLETE):
    """The sample, and what was said on stderr."""
    done = tscollect("sample", *words)
    if done.returncode != expect:
        raise AssertionError(f"status {done.returncode}: {done.stderr}")
    return json.loads(done.stdout), done.stderr


def sample_of(fixture, *words, expect=COMPLETE):
    procfs, sysfs = roots(fixture)
    return sample("--procfs", procfs, "--sysfs", sysfs, *words, expect=expect)


class Sample(unittest.TestCase):
    maxDiff = None

    def test_says_what_the_files_say(self):
        for fixture in ("linux-3.10", "linux-4.18", "linux-5.14", "linux-6.18", "container-lxcfs"):
            with self.subTest(fixture):
                got, _ = sample_of(fixture)
                expected = proc_text.sample(roots(fixture)[0])
                self.assertEqual({name: got[name] for name in expected}, expected)
                self.assertNotIn("errors", got)

    def test_reads_the_partitions_of_an_old_kernel(self):
        got, _ = sample_of("linux-2.6.18")
        text = (roots("linux-2.6.18")[0] / "diskstats").read_text()
        self.assertEqual(got["diskstats"], proc_text.diskstats(text))

    def test_is_a_sample_of_this_moment_and_host(self):
        before = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=1)
        got, _ = sample_of("linux-6.18")
        taken = datetime.datetime.fromisoformat(got["timestamp"].replace("Z", "+00:00"))
        self.assertTrue(before <= taken <= before + datetime.timedelta(seconds=30))
        self.assertEqual(got["hostname"], socket.gethostname())

    def test_fits_the_reference_data_class(self):
        got, _ = sample_of("linux-6.18")
        fitting = TimeSeriesSample.from_dict(got).to_dict()
        self.assertEqual(fitting, {name: value for name, value in got.items()
                                   if name not in ("cpu", "pressure")})
        got, _ = sample_of("linux-6.18", "--sources", "reference")
        self.assertEqual(TimeSeriesSample.from_dict(got).to_dict(), got)

    def test_samples_cpu_and_pressure_by_default_where_they_are(self):
        got, said = sample_of("linux-6.18")
        self.assertGreater(got["cpu"]["context_switches"], 0)
        self.assertEqual(got["pressure"]["irq_full_total"], 5501723)
        got, said = sample_of("linux-2.6.18")
        self.assertEqual(got["cpu"]["forks"], 2915)
        self.assertNotIn("pressure", got)
        self.assertEqual(said, "", "what a host does not have is no error")

    def test_reports_a_source_that_was_named_and_is_not_there(self):
        got, said = sample_of("linux-2.6.18", "--sources", "meminfo,pressure,rdma", expect=INCOMPLETE)
        self.assertEqual(set(got["errors"]), {"pressure", "rdma"})
        self.assertIn("no RDMA devices", said)

    def test_samples_whatever_there_is(self):
        got, _ = sample_of("linux-5.14", "--sources", "all")
        self.assertEqual(len(got["percpu"]), 128)
        self.assertEqual(got["percpu"][127]["cpu_name"], "cpu127")
        self.assertEqual(got["rdma"][0]["port_name"], "mlx5_0/1")
        self.assertEqual(got["rdma"][0]["port_rcv_data"], 84726352816)

    def test_reads_the_live_system(self):
        got, _ = sample("--sources", "loadavg,meminfo")
        self.assertGreater(got["meminfo"]["MemTotal"], 0)

    def test_takes_the_sources_asked_for(self):
        got, _ = sample_of("linux-6.18", "--sources", "meminfo,loadavg")
        self.assertEqual(set(got), {"timestamp", "hostname", "meminfo", "loadavg"})
        got, _ = sample_of("linux-6.18", "--sources=-vmstat,-diskstats")
        self.assertEqual(set(got), {"timestamp", "hostname", "meminfo", "loadavg", "netdev", "cpu", "pressure"})

    def test_filters_devices(self):
        got, _ = sample_of("linux-5.14", "--include-devices", "^sd", "--exclude-devices", "[0-9]$")
        self.assertEqual([disk["device_name"] for disk in got["diskstats"]], ["sda"])
        self.assertEqual(got["netdev"], [])

    def test_indents_as_asked(self):
        procfs, _ = roots("linux-6.18")
        one_line = tscollect("sample", "--procfs", procfs, "--indent", "-1").stdout
        self.assertEqual(one_line.count("\n"), 1)
        two = tscollect("sample", "--procfs", procfs).stdout
        self.assertIn('\n  "vmstat": {\n    "', two)

    def test_goes_on_without_a_file_and_says_so(self):
        with tempfile.TemporaryDirectory() as folder:
            procfs = pathlib.Path(folder, "proc")
            shutil.copytree(roots("linux-6.18")[0], procfs)
            (procfs / "vmstat").unlink()
            got, said = sample("--procfs", procfs, expect=INCOMPLETE)
        self.assertNotIn("vmstat", got)
        self.assertIn("meminfo", got)
        self.assertIn("No such file", got["errors"]["vmstat"])
        self.assertIn("tscollect: vmstat: ", said)

    def test_says_when_there_is_nothing_at_all(self):
        got, said = sample("--procfs", "/nonexistent", expect=NOTHING)
        self.assertEqual(len(got["errors"]), 5)
        self.assertEqual(said.count("\n"), 5)

    def test_never_prints_what_is_not_json(self):
        got, _ = sample_of("diskstats-name-not-utf8")
        self.assertTrue(got["diskstats"])

    def test_refuses_what_it_cannot_do(self):
        for words, message in (
            (["--sources", "meminfo,gpus"], "unknown source 'gpus'"),
            (["--include-devices", "("], "--include-devices: '(' is not a valid regular expression"),
            (["--exclude-devices", "[z-a]"], "--exclude-devices: '[z-a]' is not"),
            (["--indent", "many"], "--indent"),
            (["--indent", "99"], "--indent"),
            (["--frequency", "3"], "--frequency"),
        ):
            with self.subTest(words):
                done = tscollect("sample", *words)
                self.assertEqual((done.returncode, done.stdout), (USAGE, ""))
                self.assertTrue(done.stderr.startswith("tscollect: "), done.stderr)
                self.assertIn(message, done.stderr)
                self.assertEqual(done.stderr.count("\n"), 1)


if __name__ == "__main__":
    unittest.main()
