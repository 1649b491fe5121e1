"""docs/launching.md gives the lines that tscollect-run uses, and leads to files that exist."""

import os
import pathlib
import re
import unittest

SOURCE = pathlib.Path(os.environ["TSCOLLECT_SOURCE_DIR"])
TEXT = (SOURCE / "docs/launching.md").read_text()


def line_of(launcher):
    return re.search(rf"^\| {launcher}[^|]*\| `([^`]*)`", TEXT, re.MULTILINE)[1]


def launcher_words(name):
    text = (SOURCE / "launch/launchers" / name).read_text()
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", text))


class Launching(unittest.TestCase):
    def test_its_lines_use_the_options_of_tscollect_run(self):
        for launcher, name in [("Slurm", "slurm.json"), ("Open MPI", "mpi/openmpi.json"),
                               ("MPICH", "mpi/hydra.json"), ("PALS", "mpi/pals.json")]:
            with self.subTest(launcher=launcher):
                line = line_of(launcher).partition("tscollect-mpi")[0]
                used = set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", line))
                self.assertTrue(used)
                self.assertLessEqual(used, launcher_words(name))

    def test_its_links_lead_somewhere(self):
        links = re.findall(r"\]\(([^)#]+)\)", TEXT)
        self.assertGreater(len(links), 5)
        for link in links:
            self.assertTrue((SOURCE / "docs" / link).exists(), link)

    def test_its_table_has_every_ending_that_is_measured(self):
        import endings

        said = " ".join(re.findall(r"^\| ([^|]*) \|", TEXT.partition("## What each ending")[2], re.MULTILINE))
        for ending in endings.ENDINGS:
            words = {"kill -9 a rank": "kill -9 of a rank", "kill -9 rank 0": "kill -9 of rank 0",
                     "SIGSTOP a rank": "SIGSTOP of a rank", "kill -9 the daemon": "kill -9 of a node's daemon",
                     "kill -9 the launcher": "kill -9 of the launcher",
                     "benchmark killed": "is killed"}.get(ending, ending)
            self.assertIn(words, said)


if __name__ == "__main__":
    unittest.main()
