"""Bad input: each with its message and exit status, and nothing left behind."""

import pathlib
import unittest
from concurrent.futures import ThreadPoolExecutor

import job


class BadInput(job.JobTest):
    def expect(self, status, message, *options, ranks=1, **env):
        finished = self.run_job(ranks, *options, **env)
        self.assertEqual(finished.status, status, finished.words)
        self.assertIn(message, finished.words)
        self.assertEqual(finished.words.count(message), 1, finished.words)
        return finished

    def test_words_that_make_no_sense(self):
        cases = [
            ("--interval: 0 s is not between 0.001 and 86400 s", "-i", 0, "-d", 1),
            ("--interval: -1 s is not between", "-i", -1, "-d", 1),
            ("--interval: 'fast' is not a number of seconds", "-i", "fast", "-d", 1),
            ("--interval: 'nan' is not a number of seconds", "-i", "nan", "-d", 1),
            ("unknown source 'cpufreq'; known: diskstats", "--sources", "vmstat,cpufreq"),
            ("--intervall", "--intervall", 1),
            ("--exclude-devices: '(' is not a valid regular expression", "--exclude-devices", "("),
            ("--label: 'novalue' is not KEY=VALUE", "--label", "novalue"),
            ("nowhere.toml", "--config", "nowhere.toml", "-d", 1),
            ("there is no process", "--watch-pid", 4194303, "-o", "run.h5"),
            ("does not exist", "-o", "nowhere/run.h5", "-d", 1),
            ("--run requires --recover", "--run", "x"),
        ]
        # Mostly waiting for launchers.
        with ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(self.expect, 2, *case) for case in cases]:
                done.result()

    def test_every_rank_sees_it_and_one_says_it(self):
        self.expect(2, "--interval: 0 s is not between", "-i", 0, ranks=4)

    def test_a_procfs_that_cannot_be_read(self):
        finished = self.expect(5, "nothing could be read below /nowhere", "--procfs", "/nowhere",
                               "-o", "run.h5", "-d", 1)
        self.assertIn("/nowhere/vmstat: cannot open: No such file or directory", finished.words)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_an_output_that_exists(self):
        target = self.folder / "run.h5"
        target.write_text("precious")
        self.expect(2, "--force", "-o", "run.h5", "-d", 1, ranks=2)
        self.assertEqual(target.read_text(), "precious")
        self.assert_complete(self.run_job(1, "-o", "run.h5", "-i", 0.1, "-d", 0.3, "--force"))
        self.assertNotEqual(target.read_bytes()[:8], b"precious")

    def test_a_sidecar_that_exists(self):
        sidecar = self.folder / "run.json"
        sidecar.write_text("precious")
        self.expect(2, "run.json", "-o", "run.h5", "-d", 1, ranks=2)
        self.assertEqual(sidecar.read_text(), "precious")
        self.assert_complete(self.run_job(1, "-o", "run.h5", "-i", 0.1, "-d", 0.3, "--force"))
        sidecar.unlink()
        sidecar.mkdir()
        (self.folder / "run.h5").unlink()
        self.expect(2, "folder", "-o", "run.h5", "-d", 1, "--force")

    def test_a_config_file_with_an_unknown_key(self):
        (self.folder / "c.toml").write_text("interval=0.1\nintervall=3\n")
        self.expect(2, "intervall", "--config", "c.toml", "-d", 1)

    def test_a_bad_value_in_the_environment(self):
        self.expect(2, "is not a number of seconds", "-d", 1, TSCOLLECT_INTERVAL="often")


class GoodInput(job.JobTest):
    def test_config_file_environment_and_command_line_in_rising_order(self):
        (self.folder / "c.toml").write_text('interval=0.5\nduration=0.4\noutput="config.h5"\n')
        finished = self.run_job(1, "--config", "c.toml", "-o", "line.h5", TSCOLLECT_INTERVAL="0.1")
        self.assert_complete(finished)
        self.assertTrue((self.folder / "line.h5").exists())
        self.assertIn("every 0.1 s", finished.words)

    def test_a_default_name_says_when(self):
        self.assert_complete(self.run_job(1, "-i", 0.1, "-d", 0.3))
        names = sorted(p.name for p in self.folder.iterdir())
        self.assertRegex(names[0], r"^timeseries_\d{8}T\d{6}Z\.h5$")
        self.assertEqual(names[1], pathlib.Path(names[0]).stem + ".json")

    def test_sources_are_listed(self):
        finished = self.run_job(1, "--list-sources")
        self.assertEqual(finished.status, 0)
        for name in ("diskstats", "vmstat", "loadavg", "meminfo", "netdev", "cpu", "percpu"):
            self.assertRegex(finished.words, rf"(?m)^{name} +available ")

    def test_sources_that_are_not_here_say_why(self):
        tree = job.FIXTURES / "linux-2.6.18"
        finished = self.run_job(1, "--list-sources", "--procfs", tree / "proc", "--sysfs", tree / "sys")
        self.assertEqual(finished.status, 0)
        self.assertRegex(finished.words, r"(?m)^cpu +available .*/proc/stat\), by default$")
        self.assertRegex(finished.words, r"(?m)^pressure +absent .*\n +.*built without pressure stall")
        self.assertRegex(finished.words, r"(?m)^rdma +absent .*\n +.*/class/infiniband: no RDMA devices$")

    def test_help_says_unit_default_and_environment_of_every_option(self):
        finished = self.run_job(1, "--help")
        self.assertEqual(finished.status, 0)
        self.assertIn("TSCOLLECT_INTERVAL", finished.words)

    def test_quiet_says_nothing(self):
        finished = self.run_job(1, "-q", "-i", 0.2, "-d", 0.4, "-o", "run.h5")
        if finished.status == 0:
            self.assertEqual(finished.words, "")


if __name__ == "__main__":
    unittest.main(verbosity=2)
