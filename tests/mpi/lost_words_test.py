"""Words that nobody takes: a full disk under standard error, a reader that has gone. The run goes on
and its file is written, or, where that fails, too, the status says so."""

import os
import subprocess
import unittest

import h5py
import job


class LostWords(job.JobTest):
    def run_alone(self, *options, stderr):
        """A job of one rank without a launcher, which would take the words."""
        return subprocess.run([job.COLLECTOR, *map(str, options), "--journal-dir", self.journals],
                              cwd=self.folder, env=job.environment(), stdin=subprocess.DEVNULL,
                              stderr=stderr, timeout=60).returncode

    def test_into_a_full_disk(self):
        with open("/dev/full", "w") as full:
            status = self.run_alone("-i", 0.05, "-d", 0.3, "-m", 3, "-v", "-o", "run.h5", stderr=full)
            self.assertEqual(status, 4)  # -m 3: it dropped some, and told nobody
            with h5py.File(self.folder / "run.h5") as file:
                self.assertEqual(file.attrs["num_samples"], 3)
            self.assertEqual(self.run_alone("-i", 0.05, "-d", 0.3, "-o", "run.h5", stderr=full), 2)

    def test_into_a_pipe_that_nobody_reads(self):
        reader, writer = os.pipe()
        os.close(reader)
        status = self.run_alone("-i", 0.05, "-d", 0.3, "-v", "-o", "run.h5", stderr=writer)
        os.close(writer)
        self.assertIn(status, (0, 4))
        self.assertTrue((self.folder / "run.h5").exists())
        self.assertEqual(list(self.journals.iterdir()), [])

    def test_where_standard_error_is_closed(self):
        status = subprocess.run(["sh", "-c", 'exec "$@" 2>&-', "sh", job.COLLECTOR, "-i", "0.05", "-d",
                                 "0.3", "-v", "-o", "run.h5", "--journal-dir", self.journals],
                                cwd=self.folder, env=job.environment(), timeout=60).returncode
        self.assertIn(status, (0, 4))
        with h5py.File(self.folder / "run.h5") as file:
            self.assertEqual(len(file["hosts"]), 1)

    def test_of_a_recovery(self):
        ready = self.folder / "ready"
        running = self.start(1, "-i", 0.05, "-o", "run.h5", "--ready-file", ready)
        self.await_file(ready)
        self.kill_all(running)
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([job.PROGRAM, "recover", "-o", self.folder / "r.h5", self.journals],
                              stderr=writer, timeout=60)
        os.close(writer)
        self.assertEqual(done.returncode, 0)
        self.assertTrue((self.folder / "r.h5").exists())

    def test_of_a_command(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([job.PROGRAM, "info", self.folder / "none.h5"], stderr=full,
                                  timeout=60)
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    unittest.main()
