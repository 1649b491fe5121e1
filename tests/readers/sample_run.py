"""The run that readers in other languages are tried on, and how they are run."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"])
BEYOND_DOUBLE = 2**53 + 1  # float64 cannot hold it


class ReaderTest(unittest.TestCase):
    """Of one interpreter: `run` gives what a script prints, line by line."""

    program = ()

    @classmethod
    def setUpClass(cls):
        if shutil.which(cls.program[0]) is None:
            raise unittest.SkipTest(f"{cls.program[0]} is not installed; launch/setup-debian names its package")
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        subprocess.run([BUILD / "tests/support_write_sample_run", cls.folder / "run.h5"], check=True)

    def run_script(self, text):
        script = self.folder / "script"
        script.write_text(text)
        done = subprocess.run([*self.program, script], cwd=self.folder, capture_output=True,
                              text=True, timeout=100, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout.splitlines()
