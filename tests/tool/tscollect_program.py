"""Runs the built programs for the end-to-end tests."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["TSCOLLECT_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"])
FIXTURES = SOURCE / "tests" / "fixtures"
PROGRAM = BUILD / "bin" / "tscollect"

COMPLETE, USAGE, NOT_WRITTEN, INCOMPLETE, NOTHING = 0, 2, 3, 4, 5
DOCUMENTED = {COMPLETE, USAGE, NOT_WRITTEN, INCOMPLETE, NOTHING}


def tscollect(*words, **options):
    """The finished process, with its output as text."""
    options.setdefault("stdout", subprocess.PIPE)
    return subprocess.run(
        [PROGRAM, *map(str, words)], stderr=subprocess.PIPE, text=True, timeout=60, **options
    )


def peak_mib(*words, expect=COMPLETE):
    """The most memory that the program, or a child of it, had in use."""
    with subprocess.Popen([PROGRAM, *map(str, words)], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as job:
        for _ in job.stdout:
            pass
        _, status, usage = os.wait4(job.pid, 0)
        job.returncode = os.waitstatus_to_exitcode(status)
    assert job.returncode == expect, (words, job.returncode)
    return usage.ru_maxrss / 1024


def make_file(program, *words):
    """Runs a program of tests/support."""
    subprocess.run([BUILD / "tests" / f"support_{program}", *map(str, words)], check=True)


def roots(fixture):
    """procfs and sysfs of a fixture; a folder without sysfs has an absent one."""
    return FIXTURES / fixture / "proc", FIXTURES / fixture / "sys"


class GoodRunTest(unittest.TestCase):
    """A folder with a good run in it, good.h5, of two hosts with four samples; tests spoil copies."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.good = cls.folder / "good.h5"
        make_file("record_tree", cls.good, 4, *roots("linux-5.14"), *roots("linux-6.18"))

    def copy(self):
        path = self.folder / f"{self.id().rpartition('.')[2]}.h5"
        shutil.copy(self.good, path)
        return path
