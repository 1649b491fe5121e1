"""The command line of tscollect: help, bad input, full disks, readers that go away."""

import os
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest

import h5py

from tscollect_program import COMPLETE, NOT_WRITTEN, PROGRAM, USAGE, make_file, roots, tscollect

COMMANDS = ("sample", "info", "export")


class CommandLine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.run_file = pathlib.Path(cls.folder.name, "run.h5")
        make_file("write_many_hosts", cls.run_file, 60)

    def test_says_its_version(self):
        done = tscollect("--version")
        self.assertEqual(done.returncode, COMPLETE)
        self.assertEqual(done.stdout, f"tscollect {os.environ['TSCOLLECT_VERSION']}\n")

    def test_helps(self):
        done = tscollect("--help")
        self.assertEqual((done.returncode, done.stderr), (COMPLETE, ""))
        for command in COMMANDS:
            self.assertIn(command, done.stdout)
        self.assertIn("Exit status", done.stdout)

    def test_helps_with_each_command_and_its_defaults(self):
        for command, default in zip(COMMANDS, ("/proc", "default:", "json")):
            done = tscollect(command, "--help")
            self.assertEqual((done.returncode, done.stderr), (COMPLETE, ""))
            self.assertIn(default, done.stdout)

    def test_wants_a_command_it_knows(self):
        for words in ([], ["frobnicate"], ["info"], ["export"], ["info", "a", "b"]):
            with self.subTest(words):
                done = tscollect(*words)
                self.assertEqual((done.returncode, done.stdout), (USAGE, ""))
                self.assertTrue(done.stderr.startswith("tscollect: "))

    def test_names_a_file_that_is_not_there_or_not_ours(self):
        folder = pathlib.Path(self.folder.name)
        text = folder / "text.h5"
        text.write_text("not HDF5\n" * 1000)
        empty = folder / "empty.h5"
        empty.touch()
        other = folder / "other.h5"
        with h5py.File(other, "w") as file:
            file["x"] = [1, 2, 3]
        short = folder / "short.h5"
        short.write_bytes(self.run_file.read_bytes()[: self.run_file.stat().st_size // 2])
        for path in (folder / "missing.h5", folder, text, empty, other, short):
            for command in ("info", "export"):
                with self.subTest(f"{command} {path.name}"):
                    done = tscollect(command, path)
                    self.assertEqual((done.returncode, done.stdout), (USAGE, ""))
                    self.assertIn(str(path), done.stderr)
                    self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def test_a_file_may_stand_behind_an_option_of_names(self):
        """Options of names take one word each."""
        run = pathlib.Path(self.folder.name, "named.h5")
        make_file("record_tree", run, 2, *roots("linux-5.14"), *roots("linux-6.18"))
        named = 0
        for command in ("rates", "compare", "export", "info"):
            for option in re.findall(r"(--[a-z]+) NAME", tscollect(command, "--help").stdout):
                named += 1
                with self.subTest(command=command, option=option):
                    done = tscollect(command, option, "no-such-name", run)
                    self.assertEqual(done.returncode, USAGE)
                    self.assertNotIn("FILE", done.stderr)
        self.assertGreaterEqual(named, 11)

    def test_reports_a_full_disk(self):
        procfs, _ = roots("linux-6.18")
        for words in (
            ["sample", "--procfs", procfs],
            ["info", self.run_file],
            ["export", self.run_file],
            ["export", self.run_file, "-f", "csv"],
            ["--help"],
        ):
            with self.subTest(words[0]), open("/dev/full", "w") as full:
                done = tscollect(*words, stdout=full)
                self.assertEqual(done.returncode, NOT_WRITTEN)
                self.assertIn("standard output: cannot write", done.stderr)

    def test_reports_a_target_that_cannot_be_written(self):
        for target, message in (
            ("/dev/full", "/dev/full: cannot write: No space left on device"),
            ("/nonexistent/run.json", "/nonexistent/run.json: "),
            (self.folder.name, "not a regular file"),
        ):
            with self.subTest(target):
                done = tscollect("export", self.run_file, "-o", target)
                self.assertEqual(done.returncode, NOT_WRITTEN)
                self.assertIn(message, done.stderr)

    def test_writes_into_devices_and_leaves_them_what_they_are(self):
        done = tscollect("export", self.run_file, "-o", "/dev/null")
        self.assertEqual((done.returncode, done.stderr), (COMPLETE, ""))
        self.assertTrue(pathlib.Path("/dev/null").is_char_device())

    def test_is_quiet_when_its_reader_goes_away(self):
        for restore in (True, False):  # killed by SIGPIPE, or told by write()
            with self.subTest(restore_signals=restore):
                process = subprocess.Popen(
                    [PROGRAM, "export", self.run_file],
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    restore_signals=restore,
                )
                process.stdout.read(10)
                process.stdout.close()
                self.assertEqual(process.stderr.read(), b"")
                process.stderr.close()
                expected = -signal.SIGPIPE if restore else NOT_WRITTEN
                self.assertEqual(process.wait(), expected)


if __name__ == "__main__":
    unittest.main()
