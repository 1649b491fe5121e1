"""What the tests of tscollect-run share: a folder, a launcher and a collector that can be told to
misbehave."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SCRIPT = HERE.parents[1] / "launch/tscollect-run"
FAKE = HERE / "fake"
LAUNCHER_VARIABLES = ("SLURM_", "TSCOLLECT_", "PBS_", "LSB_", "FLUX_", "OMPI_", "PRTE_", "HYDRA_")


class Case(unittest.TestCase):
    shell = "dash"
    script = SCRIPT

    def setUp(self):
        if not shutil.which(self.shell):
            self.skipTest(f"no {self.shell} here")
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.temporary.name)
        (self.folder / "tmp").mkdir()
        self.output = self.folder / "run.h5"
        self.environment = {
            name: text for name, text in os.environ.items()
            if not name.startswith(LAUNCHER_VARIABLES)
        } | {
            "PATH": f"{FAKE}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "TMPDIR": str(self.folder / "tmp"),
            "FAKE_DIR": str(self.folder),
        }

    def tearDown(self):
        self.temporary.cleanup()

    def command(self, *words, options=None):
        if options is None:
            options = ["--output", self.output]
        return [shutil.which(self.shell), str(SCRIPT), *map(str, options), "--",
                *map(str, words)]

    def run_beside(self, *words, options=None, stdin="", **environment):
        return subprocess.run(
            self.command(*words, options=options), input=stdin, capture_output=True, text=True,
            env=self.environment | environment, cwd=self.folder, timeout=60, check=False)

    def start(self, *words, **options):
        return subprocess.Popen(
            self.command(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=self.environment, cwd=self.folder, start_new_session=True, **options)

    def wait_for(self, what, seconds=20):
        deadline = time.monotonic() + seconds
        while not what():
            self.assertLess(time.monotonic(), deadline, "waited in vain")
            time.sleep(0.02)

    def noted(self, name):
        return (self.folder / name).read_bytes().split(b"\0")

    def events(self):
        path = self.folder / "events"
        return path.read_text().splitlines() if path.exists() else []

    def assert_nothing_left(self):
        self.assertEqual(list((self.folder / "tmp").iterdir()), [])
        self.assertEqual([p for p in self.folder.iterdir() if p.name.startswith(".")], [])
