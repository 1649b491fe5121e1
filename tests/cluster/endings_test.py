"""Some of the endings of endings.py, short enough for every run of the tests: nothing hangs, and
what the status, the file and the journals say agrees."""

import shutil
import unittest

import cluster
import endings
import slurm

CELLS = [
    ("mpirun", "SIGUSR1"), ("mpirun", "SIGTERM"), ("mpirun", "SIGSTOP a rank"),
    ("mpirun", "kill -9 the launcher"), ("mpirun --enable-recovery", "kill -9 a rank"),
    ("sbatch srun", "normal end"), ("sbatch srun", "scancel"), ("sbatch srun", "kill -9 a rank"),
]
CLEAN = {"normal end", "SIGUSR1"}
SURVIVED = {("mpirun", "SIGSTOP a rank"), ("mpirun --enable-recovery", "kill -9 a rank"),
            ("sbatch srun", "kill -9 a rank")}


class Endings(unittest.TestCase):
    def test_nothing_hangs_and_nothing_lies(self):
        endings.SURVIVES = 3
        with slurm.Slurm(hosts=3, kill_wait=10) as hosts:
            for launcher, ending in CELLS:
                with self.subTest(launcher=launcher, ending=ending):
                    cell = endings.Cell(hosts, launcher, ending).run()
                    self.addCleanup(shutil.rmtree, cell.folder, ignore_errors=True)
                    print(*cell.row(), sep=" | ", flush=True)
                    # Newer Slurms end a step whose rank dies; the journals have everything then.
                    self.check(cell, step_goes_on=launcher != "sbatch srun" or hosts.version() < (23, 2))

    def check(self, cell, step_goes_on):
        self.assertEqual(cell.untruths(), [], cell.words())
        held, _ = endings.samples_in(cell.folder / "run.h5")
        if cell.ending in CLEAN:
            self.assertEqual(sorted(held), endings.HOSTS, cell.words())
            self.assertIn(cell.status(), ("0", "4"), cell.words())  # 4: ticks missed, on a busy machine
        if (cell.launcher, cell.ending) in SURVIVED and (held or step_goes_on):
            self.assertEqual(sorted(held), ["node01", "node03"], cell.words())
            self.assertIn("node02: did not finish", cell.words())


if __name__ == "__main__":
    cluster.skip_unless_possible(slurm.TOOLS)
    unittest.main()
