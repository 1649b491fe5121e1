"""The launcher's sudden end: MPI's own thread ends each rank about a second later, and until then the
file is to be written. Nothing else should run beside this race."""

import os
import time
import unittest

import h5py
import job


@unittest.skipIf(job.HYDRA, "its ranks belong to a proxy, not to mpiexec")
class LauncherEnd(job.JobTest):
    def test_is_a_reason_to_write_at_once(self):
        for attempt in range(5):
            output = self.folder / f"run{attempt}.h5"
            ready = self.folder / f"ready{attempt}"
            running = self.start(2, "-i", 0.05, "-o", output, "--pose-hosts", "a,b", "--ready-file",
                                 ready)
            self.await_file(ready)
            ranks = self.children_of(running.pid)
            running.kill()
            running.communicate(timeout=60)
            self.await_end_of(ranks)
            if output.exists():
                with h5py.File(output) as file:
                    self.assertEqual(list(file["hosts"]), ["a", "b"])
                    self.assertIn("the launcher's end", str(file.attrs["stop_reason"]))
                return
            self.assertEqual(len(list(self.journals.glob("*.journal"))), 2 * (attempt + 1))
        self.fail("no file was written in any of five runs")

    def await_end_of(self, ranks):
        deadline = time.monotonic() + 30
        while any(os.path.exists(f"/proc/{pid}") for pid in ranks):
            self.assertLess(time.monotonic(), deadline, "a rank outlived its launcher")
            time.sleep(0.02)


if __name__ == "__main__":
    unittest.main()
