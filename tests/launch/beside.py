"""What the tests of tscollect-run share: a folder, a launcher and a collector that can be told to
misbehave."""

import json
import os
import pathlib
import subprocess
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
BUILD = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"])
PROGRAM = BUILD / "bin" / "tscollect-run"
FAKE = HERE / "fake"
LAUNCHER_VARIABLES = ("SLURM_", "TSCOLLECT_", "PBS_", "LSB_", "FLUX_", "OMPI_", "PRTE_", "HYDRA_")


class Case(unittest.TestCase):
    def setUp(self):
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
            "TSCOLLECT_RUN_COLLECTOR": str(FAKE / "tscollect-mpi"),
        }

    def tearDown(self):
        self.temporary.cleanup()

    def command(self, *words, options=None):
        if options is None:
            options = ["--output", self.output]
        return [str(PROGRAM), *map(str, options), "--", *map(str, words)]

    def run_beside(self, *words, options=None, stdin="", **environment):
        return subprocess.run(
            self.command(*words, options=options), input=stdin, capture_output=True, text=True,
            env=self.environment | environment, cwd=self.folder, timeout=60, check=False)

    def start(self, *words, **options):
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        return subprocess.Popen(
            self.command(*words), text=True, env=self.environment, cwd=self.folder,
            start_new_session=True, **options)

    def wait_for(self, what, seconds=30):
        deadline = time.monotonic() + seconds
        while not what():
            self.assertLess(time.monotonic(), deadline, "waited in vain")
            time.sleep(0.02)

    def noted(self, name):
        return (self.folder / name).read_bytes().split(b"\0")

    def noted_command(self):
        return json.loads((self.folder / "command.json").read_text())

    def events(self):
        path = self.folder / "events"
        return path.read_text().splitlines() if path.exists() else []

    def collector_lives(self):
        pid = (self.folder / "collector_pid").read_text()
        return pathlib.Path("/proc", pid).exists()

    def hidden(self):
        return [path.name for path in self.folder.iterdir() if path.name.startswith(".")]

    def assert_nothing_left(self):
        self.assertEqual(list((self.folder / "tmp").iterdir()), [])
        self.assertEqual(self.hidden(), [])
