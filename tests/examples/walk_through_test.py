"""examples/walk_through.py runs on a real run, by name and cell by cell, and its words are right."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["TSCOLLECT_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"])
sys.path.insert(0, str(SOURCE / "tests/support"))

import posed_cluster  # noqa: E402


class WalkThrough(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not (BUILD / "bin/tscollect-mpi").exists():
            raise unittest.SkipTest("built without MPI")
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        posed_cluster.set_clocks(posed_cluster.write_run(cls.folder))
        cls.done = subprocess.run([sys.executable, "-B", SOURCE / "examples/walk_through.py"],
                                  cwd=cls.folder, capture_output=True, text=True, timeout=100,
                                  env=os.environ | {"MPLBACKEND": "Agg"}, check=False)

    def test_it_runs_without_a_complaint(self):
        self.assertEqual(self.done.returncode, 0, self.done.stderr)
        self.assertNotIn("walk_through.py", self.done.stderr)  # no warning of a line of it

    def test_it_names_the_straggler(self):
        first = re.search(r"^node\d+ +(\d+)% of the median host", self.done.stdout, re.MULTILINE)
        self.assertTrue(first[0].startswith("node03"), self.done.stdout)
        self.assertAlmostEqual(int(first[1]), 40, delta=5)

    def test_it_finds_the_low_water_mark(self):
        least = {name: float(gib) for name, gib in
                 re.findall(r"^(node\d+) +(\d+\.\d) +\d+$", self.done.stdout, re.MULTILINE)}
        self.assertEqual(set(least), set(posed_cluster.HOSTS))
        self.assertEqual(min(least, key=least.get), "node02")

    def test_it_leaves_a_picture(self):
        self.assertEqual((self.folder / "walk_through.png").read_bytes()[:4], b"\x89PNG")

    def test_it_is_made_of_cells(self):
        text = (SOURCE / "examples/walk_through.py").read_text()
        cells = re.split(r"^# %%.*\n", text, flags=re.MULTILINE)[1:]
        self.assertGreater(len(cells), 12)
        for cell in cells:
            compile(cell, "a cell", "exec")

    def test_the_page_of_pictures_draws_it_too(self):
        done = subprocess.run([sys.executable, "-B", SOURCE / "examples/plot_run.py", "run.h5"],
                              cwd=self.folder, capture_output=True, text=True, timeout=100, check=False,
                              env=os.environ | {"TSCOLLECT": str(BUILD / "bin/tscollect")})
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "run.png\n", ""))


if __name__ == "__main__":
    unittest.main()
